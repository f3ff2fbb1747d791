"""Private pages: what was made for somebody with a session is kept by no cache, their browser's own included.

A middleware. Whoever sits down at the same machine next finds nothing with the back button; a proxy that was set up
wrongly hands nobody another's page. Views that say themselves how their answer may be kept are left alone.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class KeptByNobody:
    """Adds `Cache-Control: private, no-store` to an answer for a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
