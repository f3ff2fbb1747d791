"""Webhooks of mail that came in, so that none of it is lost: what anymail can't read is kept as it was handed over.

A provider reads a mail before we do. What its writer put into a name (a line break, encoded) comes as plain JSON then,
and anymail refuses to build a header of it. An answer 5xx would have the provider repeat it for days and then give up
on us. Who may speak is checked before; `notifications.webhook_urls` serves these in the place of anymail's own.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from anymail.exceptions import AnymailConfigurationError
from anymail.webhooks.base import AnymailBaseWebhookView
from django.core.exceptions import BadRequest, ImproperlyConfigured, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException

from core import kept
from support import mail_intake

logger = logging.getLogger(__name__)
# What is not the writer's doing: somebody who may not speak, a provider that hung up before it had said all, and an
# address that was set up for something else.
_NOT_THE_MAILS: Final = (SuspiciousOperation, BadRequest, AnymailConfigurationError)


class KeepsWhatItCannotRead:
    """Before one of anymail's views of mail that came in: what names no sender waits in quarantine, source and all."""

    def parse_events(self: Any, request: HttpRequest) -> Any:
        try:
            return super().parse_events(request)  # type: ignore[misc]
        except _NOT_THE_MAILS:
            raise
        except Exception as error:  # noqa: BLE001 - what strangers write makes the library fail in many ways
            logger.warning("a mail by %s can't be read (%s), it is kept", self.esp_name, type(error).__name__)
            raw = _as_handed_over(request)
            mail_intake.receive_mail(digest=kept.put(raw), size=len(raw), via=self.esp_name.lower())
            return []


def keeping(view: type[AnymailBaseWebhookView]) -> type[AnymailBaseWebhookView]:
    """The same view, which loses nothing."""
    return type(view.__name__, (KeepsWhatItCannotRead, view), {})


def where_set_up(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same view; without the key or the library that its provider needs, an address that does not exist.

    anymail says so when somebody asks, with a trace and a 500 that any stranger could cause.
    """

    @wraps(view)
    def found(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except ImproperlyConfigured as error:
            logger.warning(
                "the webhook %s is not set up: %s", request.path[:100], str(error).partition("\n")[0]
            )
            raise Http404 from error

    return found


def _as_handed_over(request: HttpRequest) -> bytes:
    """What the provider said, as the body of a mail that names no sender."""
    try:
        body = request.body
    except RawPostDataException:  # a form that was read as it came in; its files are gone
        body = json.dumps(dict(request.POST.lists()), ensure_ascii=False, indent=1).encode()
    return b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n' + body
