"""A ticket's history in words: one line per change, newest first, the opening last.

Called by support.views.desk_page with rows it has loaded; reads nothing itself and shows no message text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from support.look import look_of
from support.models import Change, SupportTicket
from support.workflow import Priority

SOMEBODY: Final = "Somebody"
# How a system actor ("system:presence") signs its changes.
SYSTEM: Final = "PsychPATH"


@dataclass(frozen=True, kw_only=True)
class Line:
    """`who words what`, where who and what stand out; either may be empty."""

    icon: str
    at: datetime
    words: str
    who: str = ""
    what: str = ""
    is_status: bool = False


Names = Mapping[str, str]


def _who(change: Change) -> str:
    if change.user is not None:
        return change.user.display_name
    return SYSTEM if change.actor.startswith("system:") else SOMEBODY


def _status(change: Change, _names: Names) -> Line:
    look = look_of(change.detail["to"], staff=True)
    words = "set the status to"
    return Line(
        icon=look.icon, at=change.created_at, who=_who(change), words=words, what=look.label, is_status=True
    )


def _priority(change: Change, _names: Names) -> Line:
    after = Priority(change.detail["to"])
    return Line(
        icon="flag",
        at=change.created_at,
        who=_who(change),
        words="set the priority to",
        what=str(after.label),
    )


def _assignee(change: Change, names: Names) -> Line:
    before, after = change.detail.get("from"), change.detail.get("to")
    by_self = change.user_id is not None and after == str(change.user_id)
    if after is None:
        words, what = "handed this ticket back", ""
    elif by_self:
        words, what = ("took over from", names.get(before, SOMEBODY)) if before else ("took this ticket", "")
    else:
        words, what = "assigned this ticket to", names.get(after, SOMEBODY)
    return Line(icon="user", at=change.created_at, who=_who(change), words=words, what=what)


def _tags(change: Change, _names: Names) -> Line:
    return Line(icon="clipboard", at=change.created_at, who=_who(change), words="changed the tags")


def _chat_ended(change: Change, _names: Names) -> Line:
    return Line(icon="check", at=change.created_at, who=_who(change), words="ended the chat")


def _chat_rated(change: Change, _names: Names) -> Line:
    what = f"{change.detail['to']} of 5"
    return Line(icon="star", at=change.created_at, who=_who(change), words="rated the chat", what=what)


def _transcript(change: Change, _names: Names) -> Line:
    return Line(icon="mail", at=change.created_at, who=_who(change), words="asked for the transcript")


LINES: Final[Mapping[str, Callable[[Change, Names], Line]]] = {
    "ChangeStatus": _status,
    "ChangePriority": _priority,
    "AssignTicket": _assignee,
    "ChangeTags": _tags,
    "EndChat": _chat_ended,
    "RateChat": _chat_rated,
    "SendTranscript": _transcript,
}


def timeline(ticket: SupportTicket, changes: Iterable[Change], names: Names) -> list[Line]:
    """The lines of a ticket; `names` maps user ids to first names. Kinds nobody needs to read are left out."""
    lines = [LINES[change.kind](change, names) for change in changes if change.kind in LINES]
    lines.sort(key=lambda line: line.at, reverse=True)
    opened = Line(
        icon="plus", at=ticket.created_at, who=ticket.requester.display_name, words="opened this ticket"
    )
    return [*lines, opened]


def sentence(line: Line) -> str:
    """A line as plain text, for the banner of a stale change."""
    return " ".join(part for part in (line.who, line.words, line.what) if part)
