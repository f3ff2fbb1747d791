"""What the product asks of its tables often, or by the clock: a name, how it is asked, and how many rows it may touch.

Called by test_plans.py on an installation with years behind it. A count over what is active may touch all of that: it
grows with the people, not with the years.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

from django.db import connection

from core import ids, rows
from core.contracts import Command
from core.models import User
from notifications import bell, digest_facts
from notifications.ledger import beside, lists, thread
from notifications.ledger.balance import balance
from notifications.ledger.filters import Filter
from notifications.models import EMAIL, Delivery, State
from notifications.services import breakers, digests, ledger, routing, seen, signals, sorting, tracking
from support import chat_commands, commands, events, selectors
from support.doorway import SYSTEM
from support.models import Change, ChatMessage, ChatSession, ReplyPromise, SupportTicket
from support.selectors.lists import VIEWS
from support.selectors.paging import NEWEST_FIRST, OLDEST_FIRST, URGENT_FIRST
from support.selectors.progress import Reader
from support.services import loading, reply_times, silent_guests
from support.services.work import Work
from support.workflow import ACTIVE, Status
from workers.applying import apply
from workers.taking import LOCKED

FEW = 800
# What is looked for in a list, unless it is known to be common, is first counted up to a thousand, in any order: it
# ends there with any number of tickets (support.selectors.few); of one word in four that is some four thousand.
PROBED = 6000
DAY = timedelta(days=1)
LIVE_CHATS = """
INSERT INTO support_chatsession (
    id, ticket_id, requester_id, agent_id, state, created_at, offers, passes, end_cause, rating_comment)
SELECT DISTINCT ON (requester_id) gen_random_uuid(), id, requester_id, assigned_to_id, 'active', %s, 1, '{}', '', ''
FROM support_supportticket WHERE assigned_to_id IS NOT NULL ORDER BY requester_id, updated_at DESC"""
SEARCHES = ("logbook", "export missing", "unheardofword", "PP-1100", "requester-7@volume.invalid")


class Look(NamedTuple):
    """A question, and how many rows it may touch."""

    name: str
    ask: Callable[[], object]
    most: int = FEW


def looks(now: datetime) -> Iterator[Look]:
    """All of them."""
    agent = User.objects.get(username="volume-agent-1")
    busiest = User.objects.get(username="volume-requester-1")
    longest = SupportTicket.objects.order_by("-public_sequence")[0]
    active = SupportTicket.objects.filter(status__in=ACTIVE).count()
    yield from _desk(agent, active)
    yield from _requester(busiest)
    yield from _counts(agent, busiest, active)
    yield from _ticket(agent, longest)
    yield from _drain(longest, now)
    yield from _notices(agent, busiest, longest)
    yield from _ledger(longest, now)
    yield from _beats(now, active)
    yield from _batch(agent, now)


def _desk(agent: User, active: int) -> Iterator[Look]:
    orders = (NEWEST_FIRST, OLDEST_FIRST, URGENT_FIRST)
    for view, order in product(VIEWS, orders):

        def pages(view: str = view, order: Any = order) -> None:
            first = selectors.staff_tickets(agent, view=view, order=order)
            if first.next:
                selectors.staff_tickets(agent, view=view, order=order, cursor=first.next)

        # Of all that nobody has taken, the urgent are looked for among them.
        yield Look(f"desk {view} {order.key}", pages, FEW + (active if order.by_urgency else 0))
    for more in (
        *({"status": status.value} for status in Status),
        {"priority": "URGENT"},
        {"status": "active", "priority": "LOW"},
        {"assignee": agent.pk},
        {"assignee": ids.new_id()},
        {"unassigned": True},
    ):
        yield Look(f"API {more}", lambda more=more: selectors.staff_tickets(agent, **more))  # type: ignore[misc]
    looked_for: tuple[dict[str, Any], ...] = (
        *({"tag": tag} for tag in ("logbook", "feedback", "nobody-has-this")),
        *({"search": words} for words in SEARCHES),
        *({"q": words} for words in SEARCHES[:3]),
    )
    for more, order in product(looked_for, orders):
        yield Look(
            f"desk {more} {order.key}",
            lambda more=more, order=order: selectors.staff_tickets(agent, order=order, **more),  # type: ignore[misc]
            PROBED,
        )


def _requester(busiest: User) -> Iterator[Look]:
    own = busiest.tickets.count()
    for more in (
        {},
        {"status": "open"},
        {"status": "resolved"},
        {"priority": "URGENT"},
        {"tag": "logbook"},
        {"search": "unheardofword"},
    ):
        yield Look(
            f"own list {more}",
            lambda more=more: selectors.requester_tickets(busiest, **more),  # type: ignore[misc]
            FEW + own,
        )
    yield Look("own counts", lambda: selectors.status_counts(busiest), own)
    yield Look("own tags", lambda: selectors.own_tags(busiest), own)
    yield Look("has tickets", lambda: selectors.has_tickets(busiest))


def _counts(agent: User, busiest: User, active: int) -> Iterator[Look]:
    own = busiest.tickets.count()
    yield Look("view counts", lambda: selectors.view_counts(agent), active)
    yield Look(
        "view counts of all",
        lambda: selectors.view_counts_of(selectors.assignable_agents()),
        active,
    )
    yield Look("unread of a requester", lambda: selectors.unread_total(busiest), 3 * own)
    yield Look("unread of an agent", lambda: selectors.unread_total(agent), active)
    yield Look("common tags", selectors.common_tags, PROBED)


def _ticket(agent: User, ticket: SupportTicket) -> Iterator[Look]:
    asker, middle = ticket.requester, ticket.public_sequence // 2
    for reader, staff in ((agent, True), (asker, False)):
        yield Look("ticket", lambda reader=reader: selectors.ticket_for(reader, ticket.pk))  # type: ignore[misc]
        for more in ({}, {"before": middle}, {"after": ticket.public_sequence - 10}):
            yield Look(
                f"thread {more}",
                lambda staff=staff, more=more: selectors.messages_of(ticket, staff=staff, **more),  # type: ignore[misc]
            )
    yield Look("thread with much to catch up", lambda: selectors.messages_of(ticket, staff=True, after=0))
    yield Look("history", lambda: selectors.timeline_of(ticket))
    yield Look("participants", lambda: list(ticket.participants.all()))
    yield Look("previous", lambda: selectors.previous_tickets(ticket))
    yield Look("first reply", lambda: selectors.first_reply_at(ticket))
    yield Look("chat", lambda: selectors.chats_of([ticket.pk]))
    yield Look("general", lambda: selectors.live_chat_of(asker))
    yield Look("just ended", lambda: selectors.just_ended(asker, ticket.updated_at))
    yield Look("one message", lambda: selectors.message_of(ticket, ticket.messages.all()[0].pk))
    yield Look(
        "progress",
        lambda: selectors.progress_of(
            [Reader(asker.pk, ticket.pk, False), Reader(agent.pk, ticket.pk, True)]
        ),
    )


def _drain(ticket: SupportTicket, now: datetime) -> Iterator[Look]:
    stamp: dict[str, Any] = {"actor": ticket.requester.actor, "at": now, "ticket_id": ticket.pk}
    batch = [
        commands.PostMessage(id=ids.new_id(), body="Hello", **stamp),
        commands.PostMessage(id=ids.new_id(), body="Hello", seen=ticket.staff_sequence - 5, **stamp),
        commands.MarkRead(id=ids.new_id(), sequence=3, **stamp),
        commands.ChangeStatus(id=ids.new_id(), status="RESOLVED", **stamp),
        commands.ChangeTags(id=ids.new_id(), tags=("a",), **stamp),
    ]
    yield Look("a batch's tickets", lambda: rows.read(SupportTicket, LOCKED, [ticket.pk]))
    yield Look("a batch", lambda: _load(batch, {ticket.pk: ticket}))
    message, change = ChatMessage.objects.all()[0], Change.objects.all()[0]
    author = message.author
    assert author is not None
    yield Look("what became of a message", lambda: selectors.outcome_of(author, message.pk))
    yield Look("what became of a change", lambda: selectors.outcome_of(ticket.requester, change.pk))


def _load(batch: Sequence[Command], tickets: dict[uuid.UUID, SupportTicket]) -> Work:
    return loading.ask(batch, tickets)()


def _batch(agent: User, now: datetime) -> Iterator[Look]:
    """An agent's, who has a place in every tenth ticket, applied whole while somebody chats with each requester."""
    with connection.cursor() as cursor:
        cursor.execute(LIVE_CHATS, [now])
        cursor.execute("ANALYZE support_chatsession")
    tickets = {ticket.pk: ticket for ticket in SupportTicket.objects.filter(status__in=ACTIVE)[:3]}
    stamp: dict[str, Any] = {"actor": agent.actor, "at": now}
    said = [commands.PostMessage(id=ids.new_id(), body="Hello", ticket_id=pk, **stamp) for pk in tickets]
    read = [commands.MarkRead(id=ids.new_id(), sequence=3, ticket_id=pk, **stamp) for pk in tickets]
    yield Look("an agent's batch", lambda: apply([*said, *read], tickets, {}), 60)
    chat = ChatSession.objects.filter(state="active")[0]
    named: dict[str, Any] = {
        "id": ids.new_id(),
        "ticket_id": chat.ticket_id,
        "session_id": chat.pk,
        "at": now,
    }
    theirs = {"actor": chat.requester.actor, **named}
    about = {chat.ticket_id: chat.ticket}
    live = FEW + ChatSession.objects.exclude(state="ended").count()
    for name, command, most in (
        ("offer", chat_commands.OfferChat(actor=SYSTEM, user_id=agent.pk, number=1, **named), live),
        ("start", commands.StartChat(subject="Logbook", **theirs), FEW),
        ("rating", commands.RateChat(score=5, **theirs), FEW + chat.requester.chat_sessions.count()),
    ):
        yield Look(f"a chat's {name}", lambda command=command: _load([command], about), most)  # type: ignore[misc]


def _notices(agent: User, busiest: User, ticket: SupportTicket) -> Iterator[Look]:
    told = FEW + Delivery.objects.filter(recipient=busiest).count() + 3 * busiest.tickets.count()
    yield Look("bell", lambda: bell.bell_of(busiest), told)
    yield Look(
        "bell of an agent",
        lambda: bell.bell_of(agent),
        Delivery.objects.filter(recipient=agent, seen_at=None).count() * 3 + FEW,
    )
    yield Look("notices", lambda: bell.entries(busiest, bell.notices_of(busiest).items), told)
    yield Look(
        "notices, further", lambda: bell.notices_of(busiest, cursor=bell.notices_of(busiest).next), told
    )
    read = events.ReadMoved(
        id=ids.new_id(),
        command_id=ids.new_id(),
        actor=busiest.actor,
        at=ticket.updated_at,
        ticket_id=ticket.pk,
        user_id=ticket.requester_id,
        sequence=5,
        is_support=False,
    )
    yield Look(
        "seen with what was read", lambda: seen.see_what_was_read([read]), FEW + 2 * ticket.staff_sequence
    )


def _ledger(ticket: SupportTicket, now: datetime) -> Iterator[Look]:
    row = Delivery.objects.filter(transport=EMAIL, state=State.SENT).select_related("recipient")[0]
    theirs = Delivery.objects.filter(recipient=row.recipient).count()
    most = 2 * FEW + User.objects.count() + 4 * ticket.staff_sequence
    asked: tuple[dict[str, str], ...] = (
        {},
        {"state": "trouble"},
        {"state": "held"},
        {"state": "planned"},
        {"transport": "email"},
        {"ticket": ticket.reference},
    )
    for query in asked:
        yield Look(f"ledger {query}", lambda query=query: lists.page_of(Filter.read(query), None), most)  # type: ignore[misc]
    yield Look(
        "ledger of a person", lambda: lists.page_of(Filter.read({"person": row.address}), None), most + theirs
    )
    yield Look("ledger counts", beside.counts, 2 * FEW)
    yield Look(
        "mails of a ticket",
        lambda: thread.mails_of(ticket, list(ticket.messages.values_list("pk", flat=True)[:50])),
        4 * ticket.staff_sequence,
    )
    yield Look("balance", lambda: balance(now - DAY / 24), PROBED)
    yield Look("breakers", lambda: breakers.Guard().foresee([row], now))
    yield Look(
        "a provider's word", lambda: tracking.observe(State.DELIVERED, now, provider_id=row.provider_id)
    )
    yield Look(
        "a mail's answer", lambda: tracking.observe(State.BOUNCED, now, message_id=row.message_id_header)
    )
    yield Look("somebody's address", lambda: routing.account_at(row.address.upper()), 10)


def _beats(now: datetime, active: int) -> Iterator[Look]:
    yield Look("due", lambda: ledger.find_due(now, 100))
    yield Look("due by mail", lambda: ledger.look(None, EMAIL, 50, now))
    claimed = list(Delivery.objects.order_by("-created_at")[:10])
    yield Look("claiming ten", lambda: ledger.take(claimed, now))
    yield Look("settling ten", lambda: ledger.settle_sent(claimed, now))
    yield Look("due of events", lambda: ledger.planned_by([uuid.uuid4()], now))
    yield Look("uncertain", lambda: ledger.mark_uncertain(now))
    yield Look("late words of providers", lambda: signals.say_again(now))
    yield Look("old words of providers", lambda: signals.forget_signals(now))
    yield Look("mails to be sorted", lambda: sorting.find_waiting(now))
    yield Look("live chats", selectors.live_chats)
    yield Look("agents for chats", selectors.agents_for_chats)
    yield Look("reply times", lambda: reply_times.measure(now), 3 * PROBED)
    yield Look(
        "report",
        lambda: selectors.promise_report(now, 1),
        ReplyPromise.objects.filter(made_at__gte=now - 8 * DAY).count(),
    )
    yield Look("silent guests", lambda: silent_guests.forget(now))
    lately = SupportTicket.objects.filter(updated_at__gte=now - digest_facts.LONG_AGO).count()
    yield Look("people with unread replies", lambda: digest_facts.unread_people(now), 8 * lately)
    yield Look("digests", lambda: digests.plan_digests(now), 8 * lately)
