"""Validators: one judgement of text and context for HTTP, sockets, forms and inbound mail, before acceptance.

What passes here can be stored and mailed, so no command can be poison: no NUL, no lone surrogate, no line break where
a mail header comes of it, sizes in code points, nesting bounded. Text is kept exactly as typed. Forms and serializers
use a rule as a validator (`ValidationError`); sockets and mail call `message_text`, which raises `Refused`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.problems import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_SUBJECT = 200
MOST_TEXT = 10_000
MOST_TAGS = 10
MOST_TAG = 40
MOST_URL = 2000
MOST_BROWSER = 1000
MOST_CONTEXT_BYTES = 16 * 1024
MOST_CONTEXT_DEPTH = 10

WRONG_TYPE = _("Send this as text.")
ODD_CHARACTER = _("This holds a character we can’t store. Paste it as plain text.")
ONE_LINE = _("This has to be one line, without control characters.")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
# What ends a line or steers a terminal: a mail header and a log line are built from one-line text.
_STEERING = {"Cc", "Zl", "Zp"}
# The same as classes of a regular expression that every validator of JSON Schema reads alike; half a surrogate pair
# is no character in any of them, and what counts as blank is what str.strip() takes away.
NO_TEXT = r"\u0000"
NO_LINE = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
BLANK = r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def storable(text: str) -> str:
    """Text of somebody who cannot be asked to mend it, without the characters that PostgreSQL refuses."""
    return _UNSTORABLE.sub("", text)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A rule for text: its length in code points and the sentences for what is wrong. Usable as a validator."""

    most: int
    too_long: "StrOrPromise"
    missing: "StrOrPromise" = ""
    one_line: bool = False

    @property
    def pattern(self) -> str:
        """What the rule lets through, beside its length, as a regular expression for the API's description."""
        bad = NO_LINE if self.one_line else NO_TEXT
        return f"^[^{bad}]*[^{bad}{BLANK}][^{bad}]*$" if self.missing else f"^[^{bad}]*$"

    def fault(self, value: object) -> str:
        """What is wrong with a value, as a sentence; "" when nothing is. Without `missing` it may be empty."""
        return str(self._fault(value))

    def _fault(self, value: object) -> "StrOrPromise":
        if not isinstance(value, str):
            return WRONG_TYPE
        if not value.strip() and self.missing:  # in this order: a sentence is translated to be looked at
            return self.missing
        if len(value) > self.most:
            return self.too_long
        if _UNSTORABLE.search(value):
            return ODD_CHARACTER
        return ONE_LINE if self.one_line and _steers(value) else ""

    def __call__(self, value: object) -> None:
        if fault := self.fault(value):
            raise ValidationError(fault)


def _steers(value: str) -> bool:
    return any(unicodedata.category(character) in _STEERING for character in value)


SUBJECT = Text(
    most=MOST_SUBJECT,
    too_long=_("Shorten the subject to 200 characters."),
    missing=_("Add a subject so the right person picks this up."),
    one_line=True,
)
DESCRIPTION = Text(
    most=MOST_TEXT,
    too_long=_("Shorten this to 10,000 characters. You can add the rest as a reply."),
    missing=_("Tell us what’s happening: what you tried, and what you saw."),
)
MESSAGE = Text(
    most=MOST_TEXT,
    too_long=_("That’s longer than 10,000 characters. Split it into two messages."),
    missing=_("Write something first."),
)
RATING_COMMENT = Text(most=1000, too_long=_("Shorten this to 1,000 characters."))
TAG = Text(
    most=MOST_TAG,
    too_long=_("Shorten each tag to 40 characters."),
    missing=_("Leave out empty tags."),
    one_line=True,
)
TOPIC = Text(most=MOST_SUBJECT, too_long=_("Shorten the subject to 200 characters."), one_line=True)
CURRENT_URL = Text(most=MOST_URL, too_long=_("Shorten the address to 2,000 characters."), one_line=True)
BROWSER_INFO = Text(most=MOST_BROWSER, too_long=_("Shorten this to 1,000 characters."), one_line=True)
SEARCH = Text(most=200, too_long=_("Shorten the search to 200 characters."), one_line=True)


def message_text(value: object) -> str:
    """The body of a message as it was typed; raises Refused("invalid")."""
    if fault := MESSAGE.fault(value):
        raise Refused("invalid", fault, errors={"message": [fault]})
    return str(value)


def check_tags(tags: Iterable[object]) -> None:
    """At most ten tags, each a short line; raises ValidationError."""
    tags = list(tags)
    if len(tags) > MOST_TAGS:
        raise ValidationError(_("Use up to 10 tags."))
    for tag in tags:
        TAG(tag)


def check_context(context: object) -> None:
    """A JSON object that is neither big nor deep and can be stored; raises ValidationError."""
    if not isinstance(context, dict):
        raise ValidationError(_("Send this as a JSON object."))
    if _deeper_than(context, MOST_CONTEXT_DEPTH):
        raise ValidationError(_("This is nested more than 10 levels deep."))
    if any(_UNSTORABLE.search(text) for text in _texts(context)):
        raise ValidationError(ODD_CHARACTER)
    if len(msgspec.json.encode(context)) > MOST_CONTEXT_BYTES:
        raise ValidationError(_("This is more than 16 KiB."))


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _deeper_than(value: Any, levels: int) -> bool:
    """Level by level, because recursion is what a deep document attacks."""
    layer = [value]
    for _level in range(levels):
        layer = [child for parent in layer for child in _children(parent) if isinstance(child, dict | list)]
        if not layer:
            return False
    return True


def _texts(value: Any) -> Iterable[str]:
    """Every string in a document that is known not to be deep, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    for child in _children(value):
        yield from _texts(child)
