"""Reports of browsers about what the content security policy stopped: one line of the log each, for operators.

Called by browsers (`report-uri` of `core.csp_policy`), so by anybody: it reads little, logs no more than
a few lines a minute, and repeats nothing of a person's. A line is a mistake of ours or somebody's attack; the browser
tests expect none. Must not ask the database or read a session.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.buckets import Bucket, take
from core.logs import SECRET_PLACES

logger = logging.getLogger(__name__)
LARGEST = 16 * 1024
# For all browsers together: a page that is broken for everybody needs no more lines than this.
LIMIT = Bucket(name="csp-reports", burst=20, rate=0.2)


class Report(msgspec.Struct, rename="kebab"):
    """What the `report-uri` format says of one violation; whatever else it says is not kept."""

    document_uri: str = ""
    effective_directive: str = ""
    blocked_uri: str = ""
    source_file: str = ""
    line_number: int = 0
    disposition: str = "enforce"


class Body(msgspec.Struct):
    """The one member of the document."""

    report: Report = msgspec.field(name="csp-report")


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Log it, or forget it: a browser is told the same either way."""
    report = _read(request)
    if report and not take(LIMIT):
        logger.warning("csp: %s", _sentence(report))
    return HttpResponse(status=204)


def _read(request: HttpRequest) -> Report | None:
    length: Any = request.META.get("CONTENT_LENGTH") or "0"
    if not str(length).isdecimal() or int(length) > LARGEST:
        return None
    try:
        return msgspec.json.decode(request.body, type=Body).report
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _sentence(report: Report) -> str:
    where = f"{_place(report.source_file)}:{report.line_number}" if report.source_file else "the page"
    return (
        f"{report.effective_directive[:40]!r} stopped {_place(report.blocked_uri)} "
        f"asked for by {where} on {_place(report.document_uri)} ({report.disposition[:10]})"
    )


def _place(address: str) -> str:
    """Without query and fragment, where people's words and tokens are; no line break gets into the log."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "something unreadable"
    return repr(f"{parts.netloc}{_without_secrets(parts.path)}"[:200] or parts.scheme)


def _without_secrets(path: str) -> str:
    """The path of an address of ours with the names of its tokens in their places; any other as it is."""
    try:
        secrets = {name: resolve(path).kwargs.get(name) for name in SECRET_PLACES}
    except Resolver404:
        return path
    for name, value in secrets.items():
        path = path.replace(value, f"<{name}>") if value else path
    return path
