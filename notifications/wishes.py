"""What a person may switch, in words: the lines and columns of the pages on which they say how they want to be told.

Pure, given their wishes. Called by the page of whoever is signed in and by the one that a mail leads to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy

from core.models import User
from notifications.models import NoticeKind, Preference
from notifications.rules import SWITCHES, switch
from notifications.transports.registry import TRANSPORTS
from support.policies import may

# What a notice is called where it is switched, in the order of the page.
_FOR_STAFF: Final = {
    NoticeKind.NEW_TICKET: gettext_lazy("A new ticket"),
    NoticeKind.CHAT_WAITING: gettext_lazy("Somebody waits in a chat"),
    NoticeKind.TICKET_REPLY: gettext_lazy("A reply in a ticket of yours"),
    NoticeKind.INTERNAL_NOTE: gettext_lazy("An internal note on a ticket of yours"),
    NoticeKind.TICKET_UPDATE: gettext_lazy("A ticket is given to you"),
    NoticeKind.MAIL_FAILED: gettext_lazy("An email to a requester comes back"),
    NoticeKind.DIGEST: gettext_lazy("A summary every weekday morning"),
}
_FOR_ADMINS: Final = {NoticeKind.SUMMARY: gettext_lazy("A summary of the team’s week")}
_FOR_REQUESTERS: Final = {
    NoticeKind.TICKET_REPLY: gettext_lazy("A reply to your ticket"),
    NoticeKind.TICKET_UPDATE: gettext_lazy("Your ticket changes its status"),
    NoticeKind.UNREAD: gettext_lazy("A reply you have not read for a day"),
}
# The transports that any rule uses, in the order of the registry: each is a column.
SWITCHED: Final = tuple(name for name in TRANSPORTS if any(known.endswith(f":{name}") for known in SWITCHES))


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One switch, or none where a notice does not travel this way."""

    name: str
    label: str
    is_on: bool


def called(person: User, notice: str) -> str:
    """What a notice is called for this person; empty when they have no switch for it."""
    return str(_kinds(person).get(NoticeKind(notice), ""))


def table(
    person: User, wishes: Preference | None, transports: Iterable[str] = SWITCHED
) -> list[tuple[str, list[Cell | None]]]:
    """A line for every notice, a cell for every transport."""
    muted = frozenset(wishes.muted if wishes else ())
    return [
        (str(label), [_cell(kind, transport, muted) for transport in transports])
        for kind, label in _kinds(person).items()
    ]


def muted_after(
    person: User, wishes: Preference | None, on: Iterable[str], transports: Iterable[str] = SWITCHED
) -> list[str]:
    """What is off once these are `on`. What was not offered stays: an agent may have been a requester, and be again."""
    offered = {switch(kind, transport) for kind in _kinds(person) for transport in transports} & SWITCHES
    kept = {*(wishes.muted if wishes else ())} - offered
    return sorted(kept | (offered - {*on}))


def _kinds(person: User) -> dict[NoticeKind, Any]:
    if not person.is_staff:
        return _FOR_REQUESTERS
    return _FOR_STAFF | _FOR_ADMINS if may(person).administer else _FOR_STAFF


def _cell(kind: NoticeKind, transport: str, muted: frozenset[str]) -> Cell | None:
    name = switch(kind, transport)
    if name not in SWITCHES:
        return None
    return Cell(name=name, label=str(TRANSPORTS[transport].label), is_on=name not in muted)
