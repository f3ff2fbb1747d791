"""The development mailbox: a mail backend that keeps every message as a file, and the reading of those files.

Chosen by the settings when neither EMAIL_URL nor ANYMAIL_* is set; `notifications.views` shows it at /dev/mailbox/.
Only for development: outside DEBUG the backend refuses, or a production without a mail server would look healthy
while every mail ends up on its disk.
"""

import email
import email.policy
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as ParsedMessage
from pathlib import Path
from secrets import token_hex
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SHOWN: Final = 200


class MailboxBackend(BaseEmailBackend):
    """Stores what would be sent. A file appears whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not settings.DEBUG:
            raise ImproperlyConfigured(
                "The development mailbox sends nothing: set EMAIL_URL or ANYMAIL_BACKEND."
            )
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _store(folder, message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True, kw_only=True)
class StoredMail:
    """One message of the mailbox, as a person looks at it."""

    name: str
    stored_at: datetime
    headers: list[tuple[str, str]]
    text: str
    html: str

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def subject(self) -> str:
        return self.header("Subject") or "(no subject)"

    @property
    def sender(self) -> str:
        return self.header("From")

    @property
    def to(self) -> str:
        return self.header("To")

    @property
    def preview(self) -> str:
        """What tells it from the other mails of its thread: the first line below the reply mark."""
        lines = [line.strip() for line in self.text.splitlines()]
        return next((line for line in lines if line and not line.startswith("Please type your reply")), "")


def stored(limit: int = SHOWN) -> list[StoredMail]:
    """The newest messages, newest first."""
    names = sorted((path.stem for path in Path(settings.MAILBOX_DIR).glob("*.eml")), reverse=True)
    return [mail for name in names[:limit] if (mail := read(name))]


def read(name: str) -> StoredMail | None:
    """One message, or None when there is none of that name. `name` must not hold a path; the URL's slug cannot."""
    try:
        raw = (Path(settings.MAILBOX_DIR) / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return StoredMail(
        name=name,
        stored_at=_time(name),
        headers=[(key, str(value)) for key, value in message.items()],
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _store(folder: Path, raw: bytes) -> None:
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(4)}"
    unfinished = folder / f".{name}.part"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
    unfinished.replace(folder / f"{name}.eml")


def _time(name: str) -> datetime:
    return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def _part(message: ParsedMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""
