"""What the desk's templates are given: the list, the thread with its panel, the people.

Called by support.views.desk and desk_actions. Each function is one region of the page and reads only through
selectors; together they stay within the query budget asserted in tests/support/test_desk.py, whatever the number
of rows. Must not write.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.ids import new_id
from core.models import User
from core.problems import Refused
from support import selectors
from support.look import PRIORITY, Look, look_of
from support.models import ChatSession, SupportTicket
from support.models.participants import Participant, Role
from support.thread import Reach, Reader, thread
from support.times import clock
from support.views.desk_collision import overtaking_reply
from support.views.desk_presence import own_presence
from support.views.desk_query import SORTS, VIEWS, DeskQuery, View
from support.views.desk_timeline import Line, timeline
from support.workflow import ALLOWED, Status
from support.zones import zone

Context = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One entry of a menu: what is posted, and how it looks."""

    value: str
    look: Look


RESOLVE: Final = Choice(value=Status.RESOLVED, look=Look(icon="check", tone="success", word=_("Resolve")))
REOPEN: Final = Choice(value=Status.OPEN, look=Look(icon="st-open", tone="brand", word=_("Reopen")))


def frame(user: User, query: DeskQuery) -> Context:
    """Around everything: the views, and the people."""
    return views(user, query) | people(user, query)


def views(user: User, query: DeskQuery) -> Context:
    """The views with their counts, the orders of the list, and the queue."""
    return {"query": query, "views": _views(user), "sorts": SORTS, **_queue(user)}


def people(user: User, query: DeskQuery) -> Context:
    """Who else is here, and what the agent declares."""
    others = [agent for agent in selectors.agents_online() if agent.pk != user.pk]
    return {"query": query, "agents": others, **own_presence(user)}


def _queue(user: User) -> Context:
    """How many live chats wait, and which of them wait for this agent."""
    queued = selectors.queued()
    return {"waiting": len(queued), "offers": [chat for chat in queued if chat.offered_to_id == user.pk]}


def offers(user: User, query: DeskQuery) -> Context:
    """The cards of what is offered to this agent."""
    return {"query": query, **_queue(user)}


def _views(user: User) -> list[tuple[View, int | None]]:
    counts = selectors.view_counts(user)
    return [(view, counts.get(view.key)) for view in VIEWS]


def rows(user: User, query: DeskQuery) -> Context:
    """The list. A cursor that is not ours starts again from the top, with a sentence that says so."""
    problem = ""
    try:
        page = _page(user, query, query.cursor)
    except Refused as refused:
        page, problem = _page(user, query, None), refused.sentence
    return {"query": query, "rows": page.items, "next_cursor": page.next, "list_problem": problem}


def _page(user: User, query: DeskQuery, cursor: str | None) -> selectors.Page[SupportTicket]:
    return selectors.staff_tickets(
        user,
        view=query.shown.key,
        search=query.search,
        order=query.sort.order,
        cursor=cursor,
        limit=query.rows,
    )


def conversation(user: User, query: DeskQuery, problem: Refused | None = None) -> Context:
    """The open ticket, its thread and its panel; nothing when none is open. Raises Refused("not-found")."""
    if query.ticket_id is None:
        return {"query": query, "ticket": None}
    ticket = selectors.ticket_for(user, query.ticket_id)
    agents = selectors.assignable_agents()
    names = {str(agent.pk): agent.display_name for agent in agents}
    changes = selectors.timeline_of(ticket)
    lines = timeline(ticket, changes, names)
    messages = selectors.messages_of(ticket, staff=True, before=query.before)
    first = messages.messages[0].staff_sequence if messages.messages else 1
    places = list(ticket.participants.all())
    chat = _chat(ticket)
    return {
        "query": query,
        "ticket": ticket,
        "items": thread(
            ticket, messages.messages, changes, _reader(user, places), complete=first == 1, names=names
        ),
        "first_sequence": first,
        "last_sequence": messages.last_sequence,
        "read_sequence": _cursor(places, user),
        "timeline": lines,
        "overtaken": overtaking_reply(problem, messages.messages, user),
        "previous": selectors.previous_tickets(ticket),
        "chat": chat,
        "chat_mark": _mark(chat),
        "problem": _explained(problem, lines),
        "message_id": new_id(),
        "requester_time": _local_time(ticket.requester),
        **_menus(ticket, agents),
    }


def _chat(ticket: Any) -> ChatSession | None:
    """The newest live chat and what its requester thought of it; most tickets have none, and cost no query."""
    return selectors.chats_of([ticket.pk]).get(ticket.pk) if ticket.session_id else None


def _mark(chat: ChatSession | None) -> str:
    """What the head shows of the chat; desk/conversation.js makes the same of a frame to see whether it holds."""
    if chat is None:
        return ""
    state = "waiting" if chat.is_queued else chat.state
    return f"{state} away" if chat.unattended_since else state


def _reader(user: User, places: list[Participant]) -> Reader:
    theirs = next((place for place in places if place.role == Role.REQUESTER), None)
    reach = Reach(delivered=theirs.delivered_sequence, read=theirs.read_sequence) if theirs else Reach()
    return Reader(user=user, staff=True, read=_cursor(places, user), others=reach)


def _cursor(places: list[Participant], user: User) -> int:
    return next((place.read_sequence for place in places if place.user_id == user.pk), 0)


def _local_time(person: User) -> str:
    """10:33 am, Brisbane; nothing when this machine does not know the zone."""
    theirs = zone(person.timezone)
    if theirs is None:
        return ""
    return f"{clock(localtime(timezone=theirs))}, {person.timezone.rpartition('/')[2].replace('_', ' ')}"


def _menus(ticket: SupportTicket, agents: list[User]) -> Context:
    allowed = ALLOWED[Status(ticket.status)]
    return {
        "main_move": RESOLVE if ticket.is_active else REOPEN,
        "moves": [
            Choice(value=status, look=look_of(status, staff=True)) for status in Status if status in allowed
        ],
        "priorities": [Choice(value=value, look=look) for value, look in PRIORITY.items()],
        "assignees": agents,
    }


def _explained(problem: Refused | None, lines: list[Line]) -> str:
    """A refusal as a sentence; a stale one names who was faster."""
    if problem is None:
        return ""
    latest = next((line for line in lines if line.is_status), None)
    if problem.code == "stale" and latest:
        return gettext("{change}. Look again, then decide.").format(change=latest.text)
    return next((text for texts in problem.said_errors.values() for text in texts), problem.sentence)
