"""The product's web application with Python's own garbage collector settings. For the ablation table alone."""

import gc

from core.asgi import application

gc.unfreeze()
gc.set_threshold(700, 10, 10)  # what Python starts with

__all__ = ["application"]
