"""Guards: the web never writes the domain.

Every request and every query of a consumer runs inside `web_never_writes()`. A write to a `support_` or
`notifications_` table raises under DEBUG and in tests, and is logged in production, where failing a person's request
would help nobody. Exempt are users, sessions and allauth's own tables.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)
_WRITE = re.compile(
    r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(?:support|notifications)_', re.IGNORECASE
)


class WebWroteDomain(RuntimeError):
    """Code of the web tried to write a table that only workers write."""


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if _WRITE.match(sql):
        message = f"the web must not write the domain: {sql[:120]}"
        if settings.DEBUG or settings.TESTING:
            raise WebWroteDomain(message)
        logger.error(message)
    return execute(sql, params, many, context)


@contextmanager
def web_never_writes() -> Iterator[None]:
    """Refuse writes to the domain's tables on this thread's connection."""
    with connection.execute_wrapper(_refuse):
        yield


class WebNeverWrites:
    """Middleware around every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with web_never_writes():
            return self.get_response(request)
