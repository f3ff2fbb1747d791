"""The URL conf as DEBUG has it: Django is told DEBUG is off before the tests load it."""

from django.urls import include, path

from core.urls import handler404
from core.urls import urlpatterns as production

urlpatterns = [
    path("dev/", include("notifications.urls")),
    path("dev/", include("support.dev_urls")),
    *production,
]
__all__ = ["handler404", "urlpatterns"]
