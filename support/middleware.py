"""Middleware of the pages: times are shown in the reader's own time zone.

Only a request that carries a session is asked who it is, so health checks, static files and strangers cost no
query. It must not fail a page because a stored zone is unknown to this machine.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class ReaderTimezone:
    """Activates the signed-in reader's time zone for the length of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = _zone_of(request)
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


def _zone_of(request: HttpRequest) -> ZoneInfo | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    try:
        return ZoneInfo(request.user.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a directory's name is an IsADirectoryError
        return None
