"""The product's settings, and one application more."""

from core.settings import *  # noqa: F403
from core.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "tests.faults.sabotage"]
