"""Addresses and headers of mail: who it is from, where a reply goes, what makes clients thread it.

Promise: everything here is derived from ids and settings, so the same delivery carries the same headers for ever;
and no value reaches a header that could start another one. Called by notifications.emails (and, later, by inbound
mail, which reads the reply addresses back). Must not read the database.

Reply addresses are signed with Django's salted HMAC, but spelt by hand: `django.core.signing` produces mixed-case
base64 of 66 characters, while a local part has 64 octets at most and mail servers are free to lower-case it.
"""

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Final
from unicodedata import category

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT: Final = "notifications.addresses.reply"
_SIGNATURE_BYTES: Final = 10  # 80 bits: 16 characters, and a guess is a mail
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>")  # printable, without brackets of its own
_UNSAFE: Final = frozenset({"Cc", "Zl", "Zp"})


class UnsafeHeader(ValueError):
    """A header value holds a line break or control character; the mail is refused, never repaired."""


def header(value: str) -> str:
    """The value itself, or `UnsafeHeader`."""
    if any(category(character) in _UNSAFE for character in value):
        raise UnsafeHeader("a header value holds a line break or control character")
    return value


def domain() -> str:
    """The domain of our own address: right of the @ in Message-IDs, List-Id and reply addresses."""
    return parseaddr(settings.SUPPORT_EMAIL)[1].rpartition("@")[2]


def sender(person: str = "", *, staff: bool = True) -> str:
    """The From header: never a person's own address. "Ben at PsychPATH", "Amira via PsychPATH", or the default."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if person:
        name = f"{person} {'at' if staff else 'via'} {settings.BRAND_NAME}"
    return formataddr((header(name), header(address)))


def message_id(delivery_id: uuid.UUID) -> str:
    """The Message-ID of a delivery: a second try carries the same, so that mailboxes drop the repeat."""
    return f"<{delivery_id}@{domain()}>"


def root_id(ticket_id: uuid.UUID) -> str:
    """The Message-ID every mail of a ticket refers to. Nobody has that mail; clients thread by it all the same."""
    return f"<ticket-{ticket_id}@{domain()}>"


def reply_address(ticket_id: uuid.UUID, recipient: uuid.UUID | str) -> str:
    """Where this recipient's reply goes: `support+<token>@…`; the token names the ticket and holds for them alone."""
    local = parseaddr(settings.SUPPORT_EMAIL)[1].rpartition("@")[0]
    token = _lower(ticket_id.bytes) + _lower(_signature(settings.SECRET_KEY, ticket_id, recipient))
    return f"{local}+{token}@{domain()}"


@dataclass(frozen=True)
class ReplyToken:
    """A reply address as it came back: the ticket it claims to be about, and the proof."""

    ticket_id: uuid.UUID
    signature: bytes

    def issued_to(self, recipient: uuid.UUID | str) -> bool:
        """Whether we gave this address to that recipient. Older keys count while they are fallbacks."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return any(
            constant_time_compare(self.signature, _signature(key, self.ticket_id, recipient)) for key in keys
        )


def read_reply_address(address: str) -> ReplyToken | None:
    """The token of a reply address in whatever case it arrives, or None when it is another kind of address."""
    token = parseaddr(address)[1].rpartition("@")[0].partition("+")[2].upper()
    if len(token) != 26 + 16:
        return None
    try:
        ticket, signature = base64.b32decode(token[:26] + "=" * 6), base64.b32decode(token[26:])
    except binascii.Error:
        return None
    return ReplyToken(ticket_id=uuid.UUID(bytes=ticket), signature=signature)


def thread_headers(own_id: str, ticket_id: uuid.UUID | None, answered: str = "") -> dict[str, str]:
    """What machines read: identity, thread, and that no out-of-office answer is wanted (RFC 3834, RFC 2919).

    `answered` is the reader's own last mail about the ticket: their mailbox shows ours below it. It came from outside,
    so whatever is no Message-ID is left out.
    """
    headers = {
        "Message-ID": own_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if ticket_id:
        thread = [root_id(ticket_id), *([answered] if _MESSAGE_ID.fullmatch(answered) else [])]
        headers |= {"In-Reply-To": thread[-1], "References": " ".join(thread)}
        headers["List-Id"] = f"{settings.BRAND_NAME} Support <tickets.{domain()}>"
    return {name: header(value) for name, value in headers.items()}


def list_headers(stop: str) -> dict[str, str]:
    """How a mail program offers to stop mails like this one, with one click of its own (RFC 2369, RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{header(stop)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _signature(key: str | bytes, ticket_id: uuid.UUID, recipient: uuid.UUID | str) -> bytes:
    value = f"{ticket_id}/{str(recipient).lower()}"
    return salted_hmac(_SALT, value, secret=key, algorithm="sha256").digest()[:_SIGNATURE_BYTES]


def _lower(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
