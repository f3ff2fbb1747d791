"""Delivering: each row sent once, asked again before it goes whether it still may, within the time of a task."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from core import ids
from core.contracts import Event
from core.models import User
from notifications import services
from notifications.models import AccountMail, Delivery
from support import chat_events, events
from support.models import ChatSession, Participant, SupportTicket
from tests.notifications.conftest import AT, happened, opened, planned
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_domain(settings: Settings) -> None:
    settings.SUPPORT_EMAIL = "support@psychpath.example"
    settings.DEFAULT_FROM_EMAIL = "PsychPATH Support <support@psychpath.example>"
    settings.SITE_URL = "https://psychpath.example"


def states() -> list[tuple[str, str, str]]:
    return list(Delivery.objects.order_by("address").values_list("address", "state", "reason"))


def test_a_right_withdrawn_since_planning_withholds_the_mail(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    planned(opened(ticket))
    User.objects.filter(id=ben.id).update(is_staff=False)
    User.objects.filter(id=chen.id).update(is_active=False)

    assert services.deliver("email").counts == {"withheld": 2}

    assert states() == [
        ("ben@example.com", "withheld", "not-theirs"),
        ("chen@example.com", "withheld", "inactive"),
    ]


def test_a_message_that_is_gone_is_not_told(
    sink: Sink, say: Callable[..., events.MessagePosted], ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    Delivery.objects.update(message_id=ids.new_id())

    assert services.deliver("email").counts == {"withheld": 1}
    row.refresh_from_db()
    assert row.reason == "gone"


@pytest.mark.parametrize(("read", "counts"), [(0, {"sent": 1}), (1, {"withheld": 1})])
def test_a_reply_that_was_read_within_the_grace_is_withheld(
    read: int,
    counts: dict[str, int],
    sink: Sink,
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    settings: Settings,
) -> None:
    settings.REPLY_MAIL_GRACE = 120
    planned(say(ben, "Try it again."))
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=read)

    assert services.deliver("email").counts == counts


def test_without_grace_reading_does_not_matter(
    sink: Sink, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    planned(say(ben, "Try it again."))
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=9)

    assert services.deliver("email").counts == {"sent": 1}


def test_a_call_stops_when_its_time_is_used_up_and_says_so(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    rows = planned(opened(ticket))

    first = services.deliver("email", [row.id for row in rows], seconds=0)
    second = services.deliver("email", [row.id for row in rows])

    assert (first.counts, first.more) == ({"sent": 1}, True)
    assert (second.counts, second.more) == ({"sent": 1}, False)


def test_the_same_ids_delivered_three_times_are_sent_once(
    sink: Sink, ticket: SupportTicket, ben: User, chen: User
) -> None:
    ids_ = [row.id for row in planned(opened(ticket))]

    assert [services.deliver("email", ids_).counts for _ in range(3)] == [{"sent": 2}, {}, {}]
    assert sorted(sink.tries) == ["ben@example.com", "chen@example.com"]


def test_what_a_delivery_waits_for_is_left_alone(sink: Sink, ticket: SupportTicket, ben: User) -> None:
    planned(opened(ticket))
    Delivery.objects.update(due_at=timezone.now() + timedelta(minutes=1))

    assert services.deliver("email").counts == {}


def test_a_mail_goes_to_the_address_of_today(
    sink: Sink, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    User.objects.filter(id=amira.id).update(email="amira@new.example")

    assert services.deliver("email").counts == {"sent": 1}

    row.refresh_from_db()
    assert row.address == "amira@new.example"
    assert sink.tries == ["amira@new.example"]


def test_nobody_is_written_to_who_gave_up_their_address(
    sink: Sink, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."))
    User.objects.filter(id=amira.id).update(email="")

    assert services.deliver("email").counts == {"withheld": 1}

    row.refresh_from_db()
    assert row.reason == "no-address"


def test_a_text_that_is_forgotten_is_not_sent_empty(sink: Sink) -> None:
    mail = AccountMail.objects.create(
        id=ids.new_id(), template="t", to="amira@example.com", subject="", text="", emptied_at=AT
    )
    planned(happened(events.AccountMailRequested, "system:accounts", mail_id=mail.id))

    assert services.deliver("email").counts == {"withheld": 1}


# --- A chat that waits ---


def chat(ticket: SupportTicket, state: str, agent: User | None = None, *, minutes: int = 0) -> ChatSession:
    """One in this state, offered to the agent or theirs, begun so many minutes after the ticket."""
    begun = AT + timedelta(minutes=minutes)
    whose = {"offered_to" if state == "offered" else "agent": agent}
    return ChatSession.objects.create(
        ticket=ticket, requester=ticket.requester, created_at=begun, state=state, **whose
    )


def told_in_app(*batch: Event) -> list[tuple[str, str, str]]:
    """Delivered in the app: to whom, and what became of it."""
    rows = planned(*batch, transport="in_app")
    Delivery.objects.update(created_at=timezone.now())
    services.deliver("in_app", [row.id for row in rows])
    found = Delivery.objects.filter(transport="in_app", notice="chat_waiting").order_by("recipient__username")
    return list(found.values_list("recipient__username", "state", "reason"))


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("waiting", ("sent", "")),
        ("offered", ("withheld", "taken")),
        ("active", ("withheld", "taken")),
        ("ended", ("withheld", "taken")),
    ],
)
def test_all_agents_are_told_of_a_chat_that_still_waits_and_is_offered_to_nobody(
    state: str, outcome: tuple[str, str], ticket: SupportTicket, ben: User, chen: User
) -> None:
    chat(ticket, state, ben if state in {"offered", "active"} else None)

    assert told_in_app(opened(ticket)) == [("ben", *outcome), ("chen", *outcome)]


@pytest.mark.parametrize(
    ("state", "whose", "outcome"),
    [
        ("offered", "ben", ("sent", "")),
        ("offered", "chen", ("withheld", "taken")),
        ("waiting", None, ("withheld", "taken")),
        ("active", "ben", ("withheld", "taken")),
        ("ended", None, ("withheld", "taken")),
    ],
    ids=["theirs", "a colleague's by now", "passed on", "accepted", "over"],
)
def test_an_agent_is_told_of_an_offer_while_it_is_theirs(
    state: str, whose: str | None, outcome: tuple[str, str], ticket: SupportTicket, ben: User, chen: User
) -> None:
    row = chat(ticket, state, {"ben": ben, "chen": chen}.get(whose or ""))
    made = happened(
        chat_events.ChatOffered,
        "system:support",
        ticket_id=ticket.id,
        session_id=row.id,
        user_id=ben.id,
        number=1,
    )

    assert told_in_app(made) == [("ben", *outcome)]


def test_only_the_newest_chat_of_a_ticket_counts(ticket: SupportTicket, ben: User) -> None:
    chat(ticket, "ended")
    chat(ticket, "waiting", minutes=5)

    assert told_in_app(opened(ticket)) == [("ben", "sent", "")]


def test_a_chat_that_is_gone_waits_no_more(ticket: SupportTicket, ben: User) -> None:
    row = chat(ticket, "waiting")
    rows = planned(opened(ticket), transport="in_app")
    Delivery.objects.update(created_at=timezone.now())
    row.delete()

    services.deliver("in_app", [each.id for each in rows])

    [kept] = Delivery.objects.filter(notice="chat_waiting", transport="in_app")
    assert (kept.state, kept.reason) == ("withheld", "taken")
