"""The Celery app and its delivery rules. It knows no task: `workers/celery.py` adds those, the web only names them."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

app = Celery("psychpath")
app.config_from_object("django.conf:settings", namespace="CELERY")
