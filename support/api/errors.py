"""Errors of the API: every exception becomes an RFC 9457 problem document with a sentence for a person.

Named by the settings as the framework's exception handler. The sentences never repeat what was sent: it may be
private, and it may not even be encodable. A mistake of ours is not handled here: it passes on to `core.errors`,
which logs it.
"""

from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import MEDIA_TYPE, as_refused
from core.problems import Refused, document
from support.forms import NUMBER_WORDS

CODES: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "not-authenticated",
    exceptions.AuthenticationFailed: "not-authenticated",
    exceptions.PermissionDenied: "forbidden",
    exceptions.NotFound: "not-found",
    exceptions.MethodNotAllowed: "method",
    exceptions.UnsupportedMediaType: "media-type",
    exceptions.NotAcceptable: "not-acceptable",
    exceptions.ParseError: "malformed",
    PermissionDenied: "forbidden",
    Http404: "not-found",
    SuspiciousOperation: "malformed",
    BadRequest: "malformed",
}


def handle(error: Exception, _context: dict[str, Any]) -> Response | None:
    """The problem of an exception; None lets it pass."""
    refused = as_refused(error) or _translated(error)
    if refused is None:
        return None
    return Response(
        document(refused),
        status=refused.type.status,
        headers=_headers(error, refused),
        content_type=MEDIA_TYPE,
    )


def _headers(error: Exception, refused: Refused) -> dict[str, str]:
    headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else {}
    scheme = getattr(error, "auth_header", None)
    return headers | {"WWW-Authenticate": scheme} if scheme else headers


def _translated(error: Exception) -> Refused | None:
    if isinstance(error, exceptions.ValidationError):
        return invalid(error.detail)
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), None)
    return Refused(code) if code else None


def invalid(detail: Any) -> Refused:
    """422 with the sentences of each field; one fault is said as it is, several are counted."""
    errors = {name: list(_sentences(faults)) for name, faults in _fields(detail).items()}
    first = next((sentences[0] for sentences in errors.values() if sentences), "")
    many = _("{count} things need a look before we can send this.").format(count=_number(len(errors)))
    return Refused("invalid", first if len(errors) == 1 else many, errors=errors)


def _number(count: int) -> str:
    return str(NUMBER_WORDS[count]) if count < len(NUMBER_WORDS) else str(count)


def _fields(detail: Any) -> dict[str, Any]:
    return dict(detail) if isinstance(detail, dict) else {"request": detail}


def _sentences(faults: Any) -> list[str]:
    """All sentences below a field, each once: the third tag's fault is the tags' fault."""
    if isinstance(faults, dict):
        faults = list(faults.values())
    if not isinstance(faults, list):
        return [str(faults)]
    return list(dict.fromkeys(sentence for fault in faults for sentence in _sentences(fault)))
