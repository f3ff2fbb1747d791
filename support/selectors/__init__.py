"""Selectors: every read the faces need. They write nothing and take permission seriously: all start from
`visible_to(user)` or from a ticket that did."""

from support.selectors.agents import (
    OnlineStatus,
    agents_for_chats,
    agents_online,
    assignable_agents,
    availability_of,
    online_status,
)
from support.selectors.chats import chat_of, chats_of, is_ratable, just_ended, live_chat_of
from support.selectors.counts import (
    status_counts,
    unread_by_ticket,
    unread_of,
    unread_total,
    view_counts,
    view_counts_of,
)
from support.selectors.lists import has_tickets, requester_tickets, staff_tickets
from support.selectors.outcomes import Outcome, outcome_of, settled_of
from support.selectors.paging import Page
from support.selectors.probes import Found, probed_since
from support.selectors.progress import Progress, Reader, progress_of
from support.selectors.promises import figures, promise_for, promises
from support.selectors.queue import helpers, live_chats, places, queued, waiting_chats
from support.selectors.reports import promise_report
from support.selectors.staffed import staffed_weeks
from support.selectors.streams import in_both_streams
from support.selectors.tags import common_tags, own_tags, suggested_tags
from support.selectors.threads import (
    MessagePage,
    file_of,
    first_reply_at,
    guests_before,
    message_of,
    messages_of,
    timeline_of,
)
from support.selectors.tickets import opened_ticket, previous_tickets, ticket_for, tickets_for

__all__ = [
    "Found",
    "MessagePage",
    "OnlineStatus",
    "Outcome",
    "Page",
    "Progress",
    "Reader",
    "agents_for_chats",
    "agents_online",
    "assignable_agents",
    "availability_of",
    "chat_of",
    "chats_of",
    "common_tags",
    "figures",
    "file_of",
    "first_reply_at",
    "guests_before",
    "has_tickets",
    "helpers",
    "in_both_streams",
    "is_ratable",
    "just_ended",
    "live_chat_of",
    "live_chats",
    "message_of",
    "messages_of",
    "online_status",
    "opened_ticket",
    "outcome_of",
    "own_tags",
    "places",
    "previous_tickets",
    "probed_since",
    "progress_of",
    "promise_for",
    "promise_report",
    "promises",
    "queued",
    "requester_tickets",
    "settled_of",
    "staff_tickets",
    "staffed_weeks",
    "status_counts",
    "suggested_tags",
    "ticket_for",
    "tickets_for",
    "timeline_of",
    "unread_by_ticket",
    "unread_of",
    "unread_total",
    "view_counts",
    "view_counts_of",
    "waiting_chats",
]
