"""The e-mail transport: Django's mail connection (SMTP, anymail or the development mailbox, by settings).

One connection serves a session; it is opened before anything is claimed, so that a task that ends over a server that
can't be reached leaves nothing uncertain. Failures are told apart by what they blame: this recipient or mail
(permanent), this moment (transient), or ourselves, our network and our credentials (transient, and the session halts:
the next mail would fail the same way, and none of its recipients should pay with a try). No answer after all of a mail
was handed over is none of these: it may have left (uncertain).
"""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

import anymail.exceptions
import requests
import urllib3.exceptions
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist
from django.core.mail import BadHeaderError, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext_lazy as _

from notifications import calling, emails, smtp
from notifications.addresses import UnsafeHeader
from notifications.models import EMAIL, Delivery, NoticeKind, Reason
from notifications.person import Person
from notifications.transports.base import (
    CAUSE,
    PATIENT,
    Outcome,
    Send,
    permanent,
    sent,
    transient,
    uncertain,
)

_SENDERS: Final = {
    NoticeKind.NEW_TICKET: emails.send_new_ticket_email,
    NoticeKind.TICKET_REPLY: emails.send_ticket_reply_email,
    NoticeKind.TICKET_UPDATE: emails.send_ticket_update_email,
    NoticeKind.CHAT_TRANSCRIPT: emails.send_chat_transcript_email,
    NoticeKind.GUEST_LINK: emails.send_guest_link_email,
    NoticeKind.DIGEST: emails.send_digest_email,
    NoticeKind.UNREAD: emails.send_digest_email,
    NoticeKind.SUMMARY: emails.send_digest_email,
    NoticeKind.ACCOUNT: emails.send_account_email,
}
# Bad credentials and a rate limit are about us; everything else in 4xx is about the mail.
_OUR_FAULT: Final = frozenset({401, 402, 403, 407})
_LATER: Final = frozenset({408, 425, 429})
_UNSENDABLE: Final = (
    anymail.exceptions.AnymailRecipientsRefused,
    anymail.exceptions.AnymailInvalidAddress,
    anymail.exceptions.AnymailUnsupportedFeature,
    anymail.exceptions.AnymailSerializationError,
    smtplib.SMTPNotSupportedError,
    UnicodeError,
)


class EmailTransport:
    """Mail by whatever EMAIL_BACKEND says."""

    name = EMAIL
    label = _("By email")
    task = PATIENT
    claims = 1

    def no_way_to(self, person: Person) -> Reason | None:
        """An address is all it takes."""
        return None if person.address else Reason.NO_ADDRESS

    def address_of(self, person: Person) -> str:
        """Theirs."""
        return person.address

    @contextmanager
    def session(self) -> Iterator[Send]:
        """A function that sends one delivery on a connection kept between them."""
        line = _Line(get_connection())
        line.open()
        try:
            yield line.send
        finally:
            line.hang_up()


class _Line:
    """A mail connection that survives the failure of one mail. `trouble`: why it could not be opened."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection
        self._trouble: Outcome | None = None

    def open(self) -> None:
        try:
            calling.require_provider(self._connection)
            self._connection.open()
        except (OSError, ImproperlyConfigured, UnicodeError) as error:
            self._trouble = classify_smtp(error)

    def send(self, delivery: Delivery) -> Outcome:
        return self._trouble or self._sent(delivery)

    def _sent(self, delivery: Delivery) -> Outcome:
        try:
            return sent(_SENDERS[NoticeKind(delivery.notice)](delivery, self._connection))
        except (UnsafeHeader, BadHeaderError) as error:
            return permanent(str(error), Reason.UNSAFE_HEADER)
        except _UNSENDABLE as error:
            return permanent(_said(error))
        except anymail.exceptions.AnymailAPIError as error:
            return classify_provider(error)
        except ObjectDoesNotExist as error:
            return permanent(str(error), Reason.GONE)
        except (OSError, ImproperlyConfigured) as error:  # SMTPException is an OSError
            return classify_smtp(error)

    def hang_up(self) -> None:
        """Close whatever is open; a server that has gone already is no news."""
        try:
            self._connection.close()
        except OSError:
            return


def classify_smtp(error: Exception) -> Outcome:
    """What an SMTP failure, or none to reach the server at all, means for the delivery."""
    if isinstance(error, smtp.Unanswered):
        return uncertain(_said(error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _by_code(code, _said(error), bad_address=_names_address(code, _text(answer)))
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == 552:
        return permanent(_said(error))  # larger than the server takes: no other day will change that
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, _said(error))
    return transient(_said(error), halt=True)


def classify_provider(error: anymail.exceptions.AnymailAPIError) -> Outcome:
    """What a provider's answer, or none, means for the delivery."""
    cause = error.__cause__
    # It broke off; requests calls a connection that was never made by the same name, for another cause.
    broke_off = isinstance(cause, requests.ConnectionError) and isinstance(
        next(iter(cause.args), None), urllib3.exceptions.ProtocolError
    )
    if broke_off or isinstance(cause, requests.ReadTimeout | requests.exceptions.ChunkedEncodingError):
        return uncertain(f"{_said(error)} {type(cause).__name__}")
    return classify_status(error.status_code, _said(error))


def classify_status(status: int | None, cause: str) -> Outcome:
    """What a provider's HTTP status means for the delivery; None: it was not reached."""
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return uncertain(cause)
    if status is None or status >= 500 or status in _LATER | _OUR_FAULT:
        return transient(cause, halt=True)
    return permanent(cause)


def _by_code(code: int, cause: str, *, bad_address: bool = False) -> Outcome:
    """4xx: not now; 421 besides means that the server has hung up on everybody."""
    if code >= 500:
        return permanent(cause, bad_address=bad_address)
    return transient(cause, halt=code == 421)


def _names_address(code: int, answer: str) -> bool:
    """Whether a refused recipient is refused for good, not for a full mailbox (5.2.2) or for what we are (5.7)."""
    enhanced = re.match(r"5\.\d{1,3}\.\d{1,3}\b", answer)
    return enhanced[0].startswith("5.1.") if enhanced else code in {550, 551, 553}


def _said(error: Exception) -> str:
    """What the other side answered, for people: never the mail itself, whose text an exception may carry along."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return f"{code} {_text(answer)}"[:CAUSE]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:CAUSE]
    if isinstance(error, anymail.exceptions.AnymailAPIError):
        return (
            f"{type(error).__name__} {error.status_code or ''} {error.args[0] if error.args else ''}".strip()[
                :CAUSE
            ]
        )
    return f"{type(error).__name__}: {error}"[:CAUSE]


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
