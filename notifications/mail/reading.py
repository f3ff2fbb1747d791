"""Reading: raw bytes in, a `ReceivedMail` out, whatever strangers put into it.

The one entrance to this package. Raises `Unreadable` alone.
"""

import email
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from typing import Final

from notifications.mail import bodies, headers, proofs
from notifications.mail.files import files_of
from notifications.mail.folding import fold
from notifications.mail.nature import nature_of
from notifications.mail.records import ReceivedMail

_RECIPIENTS: Final = (
    "To",
    "Cc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Forwarded-To",
    "Resent-To",
)
MOST_SUBJECT: Final = 300


class Unreadable(ValueError):
    """No mail can be made of these bytes."""


def read(
    raw: bytes, *, own: frozenset[str] = frozenset(), envelope: Sequence[str] = (), trusted: str = ""
) -> ReceivedMail:
    """The mail. `own`: addresses and lists of ours; `envelope`: whom it was handed to; `trusted`: who checks for us."""
    try:
        message = email.message_from_bytes(raw, policy=policy.default)
        return _read(message, own, envelope, trusted)
    except Exception as error:  # the parser of the library fails on hostile mails in many ways
        raise Unreadable(type(error).__name__) from error


def _read(message: EmailMessage, own: frozenset[str], envelope: Sequence[str], trusted: str) -> ReceivedMail:
    name, sender = headers.author(message)
    text, unquoted = bodies.text_of(message)
    reply, quoted = fold(text)
    if unquoted and unquoted != text:
        reply, quoted = fold(unquoted)[0], text
    nature, why, failure = nature_of(message, sender, own)
    known = headers.addresses(message, *_RECIPIENTS)
    return ReceivedMail(
        message_id=next(iter(headers.message_ids(message, "Message-ID")), ""),
        references=_references(message),
        sender=sender,
        sender_name=name,
        recipients=tuple(dict.fromkeys([*(each.lower() for each in envelope if each), *known])),
        subject=bodies.plain_text(headers.first(message, "Subject"))[:MOST_SUBJECT],
        text=text,
        reply=reply,
        quoted=quoted,
        files=files_of(message),
        nature=nature,
        why=why,
        failure=failure,
        is_forged=proofs.is_disowned(message, trusted),
        is_proven=proofs.is_proven(message, sender, trusted),
    )


def _references(message: EmailMessage) -> tuple[str, ...]:
    newest_first = headers.message_ids(message, "References")[::-1]
    return tuple(dict.fromkeys([*headers.message_ids(message, "In-Reply-To"), *newest_first]))
