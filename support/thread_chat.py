"""What a live chat's changes say in its thread: joined, about to end, ended, each in a whole sentence.

Pure; called by support.thread. elements/ticket-lines.js says the same while the page is open, keep both in step. Must
not say to whom a chat was offered: that is the team's own business.
"""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.models import Change
from support.models.sessions import EndCause
from support.thread_items import Reader


def told(words: str, **parts: object) -> SafeString:
    """A whole sentence in which what counts stands out."""
    if not parts:
        return format_html("{}", words)
    return format_html(words, **{name: format_html("<b>{}</b>", part) for name, part in parts.items()})


def _name(change: Change) -> str:
    return change.user.display_name if change.user else _("Support")


def _joined(change: Change, reader: Reader) -> SafeString:
    if change.user_id == reader.user.pk:
        return told(_("You joined the chat"))
    return told(_("{name} joined the chat"), name=_name(change))


def _about_to_end(change: Change, _reader: Reader) -> SafeString:
    n = int(change.detail["minutes"])
    words = ngettext(
        "It’s been quiet here. This chat ends in {n} minute unless somebody writes.",
        "It’s been quiet here. This chat ends in {n} minutes unless somebody writes.",
        n,
    )
    return format_html(words, n=n)


def _ended_quietly(_change: Change, _reader: Reader) -> SafeString:
    return told(_("This chat ended because nobody wrote any more"))


def _ended(change: Change, reader: Reader) -> SafeString:
    own = change.user_id == reader.user.pk
    if change.detail.get("cause") == EndCause.LEFT:
        words = _("You stopped waiting. We’ll reply to your message by email")
        return told(words) if own else told(_("{name} stopped waiting for a chat"), name=_name(change))
    return told(_("You ended the chat")) if own else told(_("{name} ended the chat"), name=_name(change))


CHAT_LINES: Final[Mapping[str, tuple[str, Callable[[Change, Reader], SafeString]]]] = {
    "AcceptChat": ("chat", _joined),
    "AnnounceQuiet": ("clock", _about_to_end),
    "EndQuietChat": ("clock", _ended_quietly),
    "EndChat": ("check", _ended),
}
