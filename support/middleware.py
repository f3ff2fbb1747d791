"""Middleware of the pages: words are in the reader's own language, times in their own time zone.

Only a request that carries a session is asked who it is, so health checks, static files and strangers cost no
query. It must not fail a page because a stored zone or language is unknown to this machine.
"""

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from core import languages
from core.models import User
from support import zones

# The status page and its twin.
WITHOUT_DATABASE: Final = frozenset({"/status/", "/status.json"})


class AnswersWithoutDatabase:
    """Whoever asks for the status page while PostgreSQL is away is a stranger: who they are cannot be read.

    Their browser stays signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if known and request.path in WITHOUT_DATABASE and not _is_readable(request):
            request.COOKIES = {**request.COOKIES}
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
            request.session, request.user = SessionStore(), AnonymousUser()
        return self.get_response(request)


def _is_readable(request: HttpRequest) -> bool:
    try:
        str(request.user.pk)
    except (OperationalError, InterfaceError):
        return False
    return True


class ReaderLanguage:
    """Activates the language a signed-in reader chose; LocaleMiddleware has heard the browser before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = _reader_of(request)
        language = languages.chosen(reader.language) if reader else ""
        if not language:
            return self.get_response(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


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


def _reader_of(request: HttpRequest) -> User | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return request.user


def _zone_of(request: HttpRequest) -> ZoneInfo | None:
    reader = _reader_of(request)
    return zones.zone(reader.timezone) if reader else None
