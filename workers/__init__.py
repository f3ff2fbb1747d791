"""The worker's composition root: imports everything, nothing imports it. `celery -A workers` finds the app here."""

from workers.celery import app

__all__ = ["app"]
