"""A ticket's history in words: one line per change, newest first, the opening last.

Called by support.views.desk_page with rows it has loaded; reads nothing itself and shows no message text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from support.look import look_of
from support.models import Change, SupportTicket
from support.models.sessions import EndCause
from support.workflow import Priority


@dataclass(frozen=True, kw_only=True)
class Line:
    """A whole sentence of the reader's language with the places of its names: {who}, {whom}, {what}."""

    icon: str
    at: datetime
    sentence: str
    names: Mapping[str, str]
    is_status: bool = False

    @property
    def text(self) -> str:
        """As plain text, for a banner."""
        return self.sentence.format(**self.names)

    @property
    def html(self) -> SafeString:
        """With its names standing out; people typed some of them, in either direction."""
        bold = {place: format_html('<b dir="auto">{}</b>', name) for place, name in self.names.items()}
        return format_html(self.sentence, **bold)


Names = Mapping[str, str]


def _who(change: Change) -> str:
    """A system actor ("system:presence") signs with the brand's name."""
    if change.user is not None:
        return change.user.display_name
    return settings.BRAND_NAME if change.actor.startswith("system:") else _("Somebody")


def _line(change: Change, icon: str, sentence: str, *, is_status: bool = False, **names: str) -> Line:
    return Line(
        icon=icon,
        at=change.created_at,
        sentence=sentence,
        names={"who": _who(change), **names},
        is_status=is_status,
    )


def _status(change: Change, _names: Names) -> Line:
    look = look_of(change.detail["to"], staff=True)
    return _line(change, look.icon, _("{who} set the status to {what}"), what=look.label, is_status=True)


def _priority(change: Change, _names: Names) -> Line:
    after = Priority(change.detail["to"])
    return _line(change, "flag", _("{who} set the priority to {what}"), what=str(after.label))


def _assignee(change: Change, names: Names) -> Line:
    before, after = change.detail.get("from"), change.detail.get("to")
    by_self = change.user_id is not None and after == str(change.user_id)
    if after is None:
        return _line(change, "user", _("{who} handed this ticket back"))
    if by_self and before:
        whom = names.get(before, _("Somebody"))
        return _line(change, "user", _("{who} took over from {whom}"), whom=whom)
    if by_self:
        return _line(change, "user", _("{who} took this ticket"))
    whom = names.get(after, _("Somebody"))
    return _line(change, "user", _("{who} assigned this ticket to {whom}"), whom=whom)


def _tags(change: Change, _names: Names) -> Line:
    return _line(change, "clipboard", _("{who} changed the tags"))


def _topic(change: Change, _names: Names) -> Line:
    what = change.detail["to"].partition(", ")[0]
    return _line(change, "chat", _("{who} asks about {what}"), what=what)


def _chat_ended(change: Change, _names: Names) -> Line:
    if change.detail.get("cause") == EndCause.LEFT:
        return _line(change, "check", _("{who} stopped waiting for a chat"))
    return _line(change, "check", _("{who} ended the chat"))


def _chat_offered(change: Change, names: Names) -> Line:
    whom = names.get(str(change.detail["to"]), _("Somebody"))
    return _line(change, "chat", _("The chat was offered to {whom}"), whom=whom)


def _chat_passed(change: Change, names: Names) -> Line:
    whom = names.get(str(change.detail["from"]), _("Somebody"))
    words = {
        "declined": _("{whom} let the chat pass"),
        "expired": _("{whom} did not answer the offer"),
        "gone": _("{whom} is away; the chat was handed on"),
    }
    return _line(change, "chat", words[change.detail["reason"]], whom=whom)


def _chat_accepted(change: Change, names: Names) -> Line:
    before = change.detail.get("from")
    if before is None:
        return _line(change, "chat", _("{who} accepted the chat"))
    return _line(
        change, "chat", _("{who} took the chat over from {whom}"), whom=names.get(before, _("Somebody"))
    )


def _chat_flagged(change: Change, _names: Names) -> Line:
    if change.detail["to"] == "unattended":
        return _line(change, "alert", _("The chat’s agent is away"))
    return _line(change, "check", _("The chat’s agent is back"))


def _quiet_announced(change: Change, _names: Names) -> Line:
    return _line(change, "clock", _("The chat went quiet"))


def _ended_quietly(change: Change, _names: Names) -> Line:
    return _line(change, "clock", _("The chat ended because nobody wrote any more"))


def _chat_rated(change: Change, _names: Names) -> Line:
    return _line(change, "star", _("{who} rated the chat {what} of 5"), what=str(change.detail["to"]))


def _transcript(change: Change, _names: Names) -> Line:
    return _line(change, "mail", _("{who} asked for the transcript"))


def _claimed(change: Change, _names: Names) -> Line:
    return _line(change, "user", _("{who} signed in: this conversation is in their account now"))


LINES: Final[Mapping[str, Callable[[Change, Names], Line]]] = {
    "ChangeStatus": _status,
    "ChangePriority": _priority,
    "AssignTicket": _assignee,
    "ChangeTags": _tags,
    "ChooseTopic": _topic,
    "OfferChat": _chat_offered,
    "DeclineChat": _chat_passed,
    "ExpireOffer": _chat_passed,
    "HandOnChat": _chat_passed,
    "AcceptChat": _chat_accepted,
    "FlagChat": _chat_flagged,
    "AnnounceQuiet": _quiet_announced,
    "EndQuietChat": _ended_quietly,
    "EndChat": _chat_ended,
    "RateChat": _chat_rated,
    "SendTranscript": _transcript,
    "ClaimTicket": _claimed,
}


def timeline(ticket: SupportTicket, changes: Iterable[Change], names: Names) -> list[Line]:
    """The lines of a ticket; `names` maps user ids to first names. Kinds nobody needs to read are left out."""
    lines = [LINES[change.kind](change, names) for change in changes if change.kind in LINES]
    lines.sort(key=lambda line: line.at, reverse=True)
    opened = Line(
        icon="plus",
        at=ticket.created_at,
        sentence=_("{who} opened this ticket"),
        names={"who": ticket.requester.display_name},
    )
    return [*lines, opened]
