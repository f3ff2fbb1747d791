"""Headers of a mail by strangers, read without trusting that they can be parsed.

The modern policy of the standard library decodes most headers; where a header breaks its parser, the raw value is
decoded by hand. What comes out is one line without control characters, so that it can never start a header of ours.
"""

import contextlib
import email.errors
import email.header
import re
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Final
from unicodedata import category

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_STEERING: Final = {"Cc", "Cs", "Zl", "Zp"}
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
_ODD: Final = re.compile(r'[\s"(),:;<>\\\[\]]')
MOST: Final = 20_000
MOST_RECIPIENTS: Final = 200


def one_line(value: str) -> str:
    """Without line breaks and control characters, runs of space joined."""
    cleaned = "".join(" " if category(character) in _STEERING else character for character in value[:MOST])
    return " ".join(cleaned.split())


def first(message: EmailMessage, name: str) -> str:
    """The first header of this name, decoded, on one line; "" without one."""
    return next(iter(every(message, name)), "")


def every(message: EmailMessage, name: str) -> list[str]:
    """All headers of this name, decoded, each on one line."""
    wanted = name.lower()
    return [
        one_line(_decoded(message, key, raw)) for key, raw in message.raw_items() if key.lower() == wanted
    ]


def _decoded(message: EmailMessage, name: str, raw: object) -> str:
    text = str(raw)[:MOST]
    with contextlib.suppress(Exception):  # its parser fails on hostile headers in many ways
        return str(message.policy.header_fetch_parse(name, text))
    return _words(text)


def _words(text: str) -> str:
    """Encoded words (RFC 2047) decoded, as far as they can be."""
    with contextlib.suppress(email.errors.HeaderParseError, LookupError, ValueError):
        return str(email.header.make_header(email.header.decode_header(text)))
    return text


def addresses(message: EmailMessage, *names: str) -> tuple[str, ...]:
    """Every address in these headers, in lower case, each once."""
    values = [value for name in names for value in undecoded(message, name)]
    found = [address.lower() for _, address in getaddresses(values)[:MOST_RECIPIENTS]]
    return tuple(dict.fromkeys(address for address in found if is_address(address)))


def author(message: EmailMessage) -> tuple[str, str]:
    """Name and address of whoever claims to have written it; empty when there is no address to answer."""
    named = undecoded(message, "From")
    if len(named) != 1:  # none, or one for the filter and another for the reader
        return "", ""
    name, address = parseaddr(named[0])
    address = address.lower()
    return (one_line(_words(name)).strip("\"' ")[:150], address) if is_address(address) else ("", "")


def undecoded(message: EmailMessage, name: str) -> list[str]:
    """As they were sent: an encoded name may hold what looks like an address once it is decoded."""
    wanted = name.lower()
    return [one_line(str(raw)) for key, raw in message.raw_items() if key.lower() == wanted]


def is_address(value: str) -> bool:
    """Whether mail can be sent there. Local parts in quotes may hold anything at all, and belong to nobody."""
    if _ODD.search(value):
        return False
    with contextlib.suppress(ValidationError):
        validate_email(value)
        return len(value) <= 254
    return False


def message_ids(message: EmailMessage, *names: str) -> tuple[str, ...]:
    """Every Message-ID in these headers, as it stands there, each once, at most the 40 newest."""
    found = [each for name in names for value in every(message, name) for each in _MESSAGE_ID.findall(value)]
    return tuple(dict.fromkeys(found))[-40:]
