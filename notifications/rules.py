"""The rules: event -> audiences, notice, transports, grace. The one place that says who is told of what.

Pure data, read by notifications.audience and notifications.services. An event that is not in the table concerns
nobody outside the open page. A rule never names a person: `Audience` is resolved against the ticket.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings

from core.contracts import Event
from notifications.models import NoticeKind
from support import events


class Audience(StrEnum):
    """Who a rule speaks of, as seen from the event."""

    AGENTS = "agents"  # every active agent; the support address when there is none
    REQUESTER = "requester"
    ASSIGNEE = "assignee"  # as of now
    NEW_ASSIGNEE = "new-assignee"  # the one the event names
    ADDRESS = "address"  # the one an account mail is for


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of the table.

    `by_support`: only for messages written by support (True) or by the requester (False).
    `to_author`: whoever caused the event is told as well: they asked for just that.
    `waits`: the mail is given REPLY_MAIL_GRACE seconds in which reading drops it.
    """

    audience: Audience
    notice: NoticeKind
    by_support: bool | None = None
    transports: tuple[str, ...] = ("email",)
    waits: bool = False
    to_author: bool = False


RULES: dict[type[Event], tuple[Rule, ...]] = {
    events.TicketOpened: (Rule(audience=Audience.AGENTS, notice=NoticeKind.NEW_TICKET),),
    events.MessagePosted: (
        Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_REPLY, by_support=True, waits=True),
        Rule(audience=Audience.ASSIGNEE, notice=NoticeKind.TICKET_REPLY, by_support=False, waits=True),
    ),
    events.StatusChanged: (Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_UPDATE),),
    events.TicketAssigned: (
        Rule(audience=Audience.REQUESTER, notice=NoticeKind.TICKET_UPDATE),
        Rule(audience=Audience.NEW_ASSIGNEE, notice=NoticeKind.TICKET_UPDATE),
    ),
    events.TranscriptRequested: (
        Rule(audience=Audience.REQUESTER, notice=NoticeKind.CHAT_TRANSCRIPT, to_author=True),
    ),
    events.AccountMailRequested: (Rule(audience=Audience.ADDRESS, notice=NoticeKind.ACCOUNT),),
}


def rules_for(event: Event) -> tuple[Rule, ...]:
    """The lines of the table for this event, none for most."""
    by_support = getattr(event, "is_support", None)
    return tuple(rule for rule in RULES.get(type(event), ()) if rule.by_support in {None, by_support})


def grace(rule: Rule) -> timedelta:
    """How long a delivery of this rule waits before it is due."""
    return timedelta(seconds=settings.REPLY_MAIL_GRACE if rule.waits else 0)
