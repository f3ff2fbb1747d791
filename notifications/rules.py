"""The rules: event -> audiences, notice, transports, grace. The one place that says who is told of what.

Pure data, read by notifications.audience and notifications.services. An event that is not in the table concerns
nobody outside the open page. A rule never names a person: `Audience` is resolved against the ticket.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings

from core.contracts import Event
from notifications.models import BY_CALENDAR, EMAIL, IN_APP, NoticeKind
from support import chat_events, events, mail_events


def switch(notice: str, transport: str) -> str:
    """The name of a person's switch for a notice by a transport."""
    return f"{notice}:{transport}"


# A chat is offered as soon as it waits, within a drain or two; only one that nobody could be offered rings for all.
OFFER_GRACE: Final = timedelta(seconds=3)


class Audience(StrEnum):
    """Who a rule speaks of, as seen from the event."""

    AGENTS = "agents"  # every active agent; the support address when there is none
    REQUESTER = "requester"
    GUEST = "guest"  # the requester, when they have no account
    OFFERED = "offered"  # the agent a chat is offered to
    ASSIGNEE = "assignee"  # as of now
    HELPERS = "helpers"  # the assignee; every active agent while there is none
    NEW_ASSIGNEE = "new-assignee"  # the one the event names
    ADDRESS = "address"  # the one an account mail is for


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of the table.

    `by_support`: only for messages written by support (True) or by the requester (False).
    `on_note`: only for internal notes. `in_chat`: only for tickets that are (True) or are not (False) a live chat.
    `to_author`: whoever caused the event is told as well: they asked for just that.
    `unless_offered`: given a moment in which a chat may find one agent, who is told instead.
    `waits`: the mail is given REPLY_MAIL_GRACE seconds in which reading drops it.
    """

    audience: Audience
    notice: NoticeKind
    by_support: bool | None = None
    on_note: bool = False
    in_chat: bool | None = None
    transports: tuple[str, ...] = (EMAIL, IN_APP)
    unless_offered: bool = False
    waits: bool = False
    to_author: bool = False


# How a guest comes back: told with the first message, and whenever they ask.
_GUEST_LINK = Rule(audience=Audience.GUEST, notice=NoticeKind.GUEST_LINK, transports=(EMAIL,), to_author=True)

RULES: dict[type[Event], tuple[Rule, ...]] = {
    events.TicketOpened: (
        Rule(audience=Audience.AGENTS, notice=NoticeKind.NEW_TICKET, in_chat=False),
        Rule(audience=Audience.AGENTS, notice=NoticeKind.NEW_TICKET, in_chat=True, transports=(EMAIL,)),
        Rule(
            audience=Audience.AGENTS,
            notice=NoticeKind.CHAT_WAITING,
            in_chat=True,
            transports=(IN_APP,),
            unless_offered=True,
        ),
        _GUEST_LINK,
    ),
    chat_events.ChatOffered: (
        Rule(audience=Audience.OFFERED, notice=NoticeKind.CHAT_WAITING, transports=(IN_APP,)),
    ),
    events.MessagePosted: (
        Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_REPLY, by_support=True, waits=True),
        Rule(audience=Audience.ASSIGNEE, notice=NoticeKind.TICKET_REPLY, by_support=False, waits=True),
        Rule(
            audience=Audience.ASSIGNEE,
            notice=NoticeKind.INTERNAL_NOTE,
            by_support=True,
            on_note=True,
            transports=(IN_APP,),
        ),
    ),
    events.StatusChanged: (Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_UPDATE),),
    events.TicketAssigned: (
        Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_UPDATE),
        Rule(audience=Audience.NEW_ASSIGNEE, notice=NoticeKind.TICKET_UPDATE),
    ),
    mail_events.MailFailed: (
        Rule(audience=Audience.HELPERS, notice=NoticeKind.MAIL_FAILED, transports=(IN_APP,)),
    ),
    events.TranscriptRequested: (
        Rule(
            audience=Audience.REQUESTER,
            notice=NoticeKind.CHAT_TRANSCRIPT,
            transports=(EMAIL,),
            to_author=True,
        ),
    ),
    events.GuestLinkRequested: (_GUEST_LINK,),
    events.AccountMailRequested: (
        Rule(audience=Audience.ADDRESS, notice=NoticeKind.ACCOUNT, transports=(EMAIL,)),
    ),
}

# What a person may switch off: every notice by every transport it has, save what they asked for themselves.
ASKED_FOR: Final = frozenset({NoticeKind.ACCOUNT, NoticeKind.CHAT_TRANSCRIPT, NoticeKind.GUEST_LINK})
SWITCHES = frozenset(switch(notice, EMAIL) for notice in BY_CALENDAR) | frozenset(
    switch(rule.notice, transport)
    for lines in RULES.values()
    for rule in lines
    for transport in rule.transports
    if rule.notice not in ASKED_FOR
)


def rules_for(event: Event, *, in_chat: bool = False) -> tuple[Rule, ...]:
    """The lines of the table for this event, none for most. `in_chat`: its ticket is a live chat."""
    by_support = getattr(event, "is_support", None)
    is_note = getattr(event, "audience", "public") != "public"
    return tuple(
        rule
        for rule in RULES.get(type(event), ())
        if rule.by_support in {None, by_support}
        and rule.in_chat in {None, in_chat}
        and (is_note or not rule.on_note)
    )


def minds_chats(event: Event) -> bool:
    """Whether it matters to the table that this event's ticket is a live chat."""
    return any(rule.in_chat is not None for rule in RULES.get(type(event), ()))


def grace(rule: Rule, transport: str) -> timedelta:
    """How long a delivery of this rule waits before it is due: a page shows at once what a mail may yet save."""
    if rule.unless_offered:
        return OFFER_GRACE
    return timedelta(seconds=settings.REPLY_MAIL_GRACE if rule.waits and transport == EMAIL else 0)
