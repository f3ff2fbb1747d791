"""Errors: whatever goes wrong becomes a page, or under the API a problem document; never a stack trace.

`DatabaseAway` is the outermost middleware that answers; the other functions are the handlers that `core.urls` and the
settings name. Views simply raise `Refused`, or let the database's and Valkey's own errors pass.
"""

import logging
import sys
from collections.abc import Callable
from typing import Any

import redis
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop as _
from django.views.debug import ExceptionReporter
from django.views.decorators.csrf import csrf_exempt

from core import uploads
from core.problems import Refused, document
from core.references import reference_of

logger = logging.getLogger(__name__)
API = "/support/api/"
MEDIA_TYPE = "application/problem+json"
SERVER_ERROR = 500
SAFE = ("GET", "HEAD")


def as_refused(error: BaseException | None) -> Refused | None:
    """The refusal an exception means to a person; None when it is a mistake of ours."""
    match error:
        case Refused():
            return error
        case OperationalError() | InterfaceError():
            return Refused("database-unavailable")
        case redis.RedisError():
            return Refused("log-unavailable")
        case RequestDataTooBig():
            return Refused("too-large")
        case _:
            return None


def problem(refused: Refused) -> HttpResponse:
    """The problem document of a refusal."""
    body = document(refused)
    return JsonResponse(body, status=refused.type.status, content_type=MEDIA_TYPE, headers=_headers(refused))


def answer(request: HttpRequest, refused: Refused, page: str = "") -> HttpResponse:
    """The problem document or the page of a refusal, whichever this address speaks."""
    if request.path.startswith(API):
        return problem(refused)
    status = refused.type.status
    # Without the request no context processor runs, and none of them asks a database that is away.
    reader = request if status < SERVER_ERROR else None
    pages = [page or f"{status}_{refused.code}.html", f"{status}.html", "400.html"]
    try:
        body = loader.render_to_string(pages, _told(request, refused), reader)
    except (TemplateDoesNotExist, ValueError):  # a file that is missing from the manifest is a ValueError
        return HttpResponse(refused.sentence, "text/plain; charset=utf-8", status, headers=_headers(refused))
    return HttpResponse(body, status=status, headers=_headers(refused))


def _told(request: HttpRequest, refused: Refused) -> dict[str, Any]:
    """What the pages say: why, when to try again, where, and what to quote."""
    return {
        "sentence": refused.sentence,
        "retry_after": refused.retry_after,
        "again": request.get_full_path() if request.method in SAFE else "",
        "reference": reference_of(request),
    }


def _headers(refused: Refused) -> dict[str, str]:
    return {"Retry-After": str(refused.retry_after)} if refused.retry_after else {}


class DatabaseAway:
    """Turns what a view raised into an answer.

    So too what middleware raised, which Django has already made a 500 of when it gets here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if uploads.is_too_large(request):
            return answer(request, Refused("too-large"))
        response = self.get_response(request)
        refused = getattr(request, "refused_by_middleware", None)
        return answer(request, refused) if refused else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refused = as_refused(exception)
        if refused:
            _log(request, refused, exception)
        return answer(request, refused) if refused else None


def _log(request: HttpRequest, refused: Refused, error: BaseException | None) -> None:
    """What is nobody's mistake but ours, or a server's."""
    if refused.type.status >= SERVER_ERROR:
        reference_of(request)
        told = request.method, request.path, refused.code, error
        logger.warning("%s %s: %s (%s)", *told, extra={"request": request})


@receiver(got_request_exception, dispatch_uid="core.errors")
def _note(request: HttpRequest | None = None, **_: Any) -> None:
    error = sys.exc_info()[1]
    refused = as_refused(error)
    if request is not None and refused:
        _log(request, refused, error)
        request.refused_by_middleware = refused  # type: ignore[attr-defined]
        request.exception_reporter_class = _NoReport


class _NoReport(ExceptionReporter):
    """In place of the page that Django makes of a mistake with DEBUG, which nobody gets to see after a refusal.

    Writing it down, Django looks at whatever the request refers to: eight more questions to a database that is away,
    three seconds each.
    """

    def get_traceback_html(self) -> SafeString:
        return SafeString()

    def get_traceback_text(self) -> SafeString:
        return SafeString()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a fresh token."""
    logger.info("%s %s: csrf (%s)", request.method, request.path, reason, extra={"request": request})
    return answer(request, Refused("csrf"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: Django found something suspicious."""
    return answer(request, as_refused(exception) or Refused("malformed"))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return answer(request, Refused("forbidden"))


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also the last address of all, so that development shows the same page as production."""
    return answer(request, Refused("not-found", _("There’s nothing at this address.")), "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: logged by Django before we get here."""
    return answer(request, Refused("internal"))
