"""The demo: loaded once, through the real log and drain, with something to see in every corner."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from pytest_django import Settings

from core import command_log
from core.contracts import decode, encode
from core.models import User
from notifications.models import Delivery
from support import selectors
from support.chat_identity import live_ticket_id
from support.demo.accounts import ACCOUNTS, PASSWORD
from support.demo.build import story
from support.demo.script import Moment, Ticket, days_ago, minutes_ago
from support.demo.tickets import TICKETS
from support.models import Change, ChatMessage, DeadLetter, SupportTicket
from tests import servers
from workers.persistence import drain

PEOPLE = {account.username: account.id for account in ACCOUNTS}
LOADED = "Demo data: 5 accounts created, 12 tickets on their way to the workers.\n"
NOTHING_NEW = "Demo data is loaded already.\n"


def load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def in_development(settings: Settings) -> None:
    """pytest-django turns DEBUG off."""
    settings.DEBUG = True


@pytest.fixture
def loaded(transactional_db: None) -> dict[str, User]:
    load()
    drain(0)
    return {user.username: user for user in User.objects.all()}


@pytest.mark.django_db(transaction=True)
def test_a_second_run_changes_nothing_before_the_workers_ran_and_after() -> None:
    first, waiting = load(), command_log.length(0)
    again, still_waiting = load(), command_log.length(0)
    drain(0)
    after, left = load(), command_log.length(0)

    assert (first, again, after) == (LOADED, NOTHING_NEW, NOTHING_NEW)
    assert (waiting, still_waiting, left) == (88, 88, 0)
    assert (User.objects.count(), SupportTicket.objects.count()) == (5, 12)
    assert DeadLetter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_is_missing_is_added_and_the_others_stay() -> None:
    load()
    drain(0)
    messages = ChatMessage.objects.count()
    lost = SupportTicket.objects.get(subject="Change my placement end date")
    ChatMessage.objects.filter(ticket=lost).delete()
    lost.delete()

    assert load() == "Demo data: 0 accounts created, 1 tickets on their way to the workers.\n"
    drain(0)
    assert (SupportTicket.objects.count(), ChatMessage.objects.count()) == (12, messages)


def test_the_accounts_can_sign_in_and_are_who_the_contract_says(loaded: dict[str, User]) -> None:
    assert {name: (user.email, user.is_staff, user.is_superuser) for name, user in loaded.items()} == {
        "admin": ("admin@psychpath.com.au", True, True),
        "ben": ("ben@example.com", True, False),
        "chen": ("chen@example.com", True, False),
        "amira": ("amira@example.com", False, False),
        "dora": ("dora@example.com", False, False),
    }
    assert all(user.check_password(PASSWORD) for user in loaded.values())
    addresses = EmailAddress.objects.values_list("user__username", "email", "verified", "primary")
    assert {*addresses} == {(name, user.email, True, True) for name, user in loaded.items()}
    assert len({user.hue for user in loaded.values()}) == 5


def test_every_status_priority_and_type_is_there(loaded: dict[str, User]) -> None:
    words = SupportTicket.objects.values_list("status", "priority", "ticket_type")
    statuses, priorities, types = (Counter(column) for column in zip(*words, strict=True))

    assert statuses == {"OPEN": 3, "IN_PROGRESS": 3, "WAITING_USER": 2, "RESOLVED": 2, "CLOSED": 2}
    assert priorities == {"LOW": 3, "MEDIUM": 5, "HIGH": 3, "URGENT": 1}
    assert types == {"QUESTION": 5, "BUG": 4, "TASK": 2, "FEATURE": 1}
    assert Counter(SupportTicket.objects.values_list("requester__username", flat=True)) == {
        "amira": 6,
        "dora": 6,
    }
    assert Counter(SupportTicket.objects.values_list("assigned_to__username", flat=True)) == {
        "ben": 6,
        "chen": 3,
        None: 3,
    }


def test_the_threads_hold_messages_and_notes_of_both_sides(loaded: dict[str, User]) -> None:
    written = ChatMessage.objects.values_list("author__username", "audience")

    assert Counter(written) == {
        ("amira", "public"): 7,
        ("dora", "public"): 5,
        ("ben", "public"): 10,
        ("chen", "public"): 4,
        ("ben", "staff"): 3,
        ("chen", "staff"): 2,
    }
    assert Counter(Change.objects.values_list("kind", flat=True)) == {
        "OpenTicket": 10,
        "StartChat": 2,
        "AcceptChat": 1,
        "AssignTicket": 9,
        "ChangeStatus": 14,
        "ChangePriority": 2,
        "ChangeTags": 2,
    }


def test_both_sides_have_something_unread(loaded: dict[str, User]) -> None:
    totals = {name: selectors.unread_total(user) for name, user in loaded.items()}

    assert totals == {"amira": 2, "dora": 1, "ben": 5, "chen": 2, "admin": 2}
    unopened = SupportTicket.objects.filter(staff_read_sequence=None).values_list("subject", flat=True)
    assert {*unopened} == {
        "The sign-in code goes to my old phone",
        "Hi, can I still log hours for the week before my leave?",
    }


def test_every_view_of_the_desk_and_every_tab_has_a_ticket(loaded: dict[str, User]) -> None:
    assert selectors.view_counts(loaded["ben"]) == {
        "inbox": 3,
        "unassigned": 3,
        "open": 8,
        "waiting": 2,
        "chats": 1,
    }
    assert selectors.status_counts(loaded["amira"]) == {"all": 6, "open": 3, "waiting": 1, "resolved": 2}
    assert selectors.status_counts(loaded["dora"]) == {"all": 6, "open": 3, "waiting": 1, "resolved": 2}


def test_doras_chat_waits_where_her_next_tab_will_look_for_it(loaded: dict[str, User]) -> None:
    ticket = SupportTicket.objects.get(pk=live_ticket_id(loaded["dora"].pk, None))

    assert [(session.state, session.agent) for session in ticket.sessions.all()] == [("waiting", None)]
    ended = SupportTicket.objects.get(pk=live_ticket_id(loaded["amira"].pk, None)).sessions.get()
    assert (ended.state, ended.agent) == ("ended", loaded["ben"])


def test_younger_tickets_have_higher_numbers(loaded: dict[str, User]) -> None:
    by_age = SupportTicket.objects.order_by("created_at").values_list("number", flat=True)

    assert list(by_age) == sorted(by_age)


def test_the_mails_of_the_demo_are_planned_once_each(loaded: dict[str, User]) -> None:
    planned = Delivery.objects.filter(transport="email").values_list("notice", "state")

    assert Counter(planned) == {
        ("new_ticket", "planned"): 36,
        ("ticket_reply", "planned"): 24,
        ("ticket_reply", "withheld"): 5,
        ("ticket_update", "planned"): 13,
        ("ticket_update", "withheld"): 19,
    }


def test_the_demo_has_the_same_notices_in_the_app(loaded: dict[str, User]) -> None:
    in_app = Delivery.objects.filter(transport="in_app")

    assert Counter(in_app.values_list("notice", "state")) == {
        ("new_ticket", "planned"): 30,
        ("chat_waiting", "planned"): 6,
        ("ticket_reply", "planned"): 24,
        ("ticket_reply", "withheld"): 5,
        ("internal_note", "planned"): 2,
        ("internal_note", "withheld"): 3,
        ("ticket_update", "planned"): 13,
        ("ticket_update", "withheld"): 19,
    }


def test_outside_development_nothing_is_loaded(settings: Settings, db: None) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="load_demo runs with DEBUG=1 only"):
        load()
    assert User.objects.count() == 0


def test_without_a_log_it_says_what_to_start(db: None) -> None:
    servers.fleet().durable.kill()
    try:
        with pytest.raises(CommandError, match=r"Start Valkey, then run this again\."):
            load()
    finally:
        servers.fleet().durable.start()


@pytest.mark.parametrize("ticket", TICKETS, ids=lambda ticket: ticket.key)
def test_every_story_runs_forwards_whenever_it_is_told(ticket: Ticket) -> None:
    midnight = datetime(2026, 4, 6, 0, 7, tzinfo=UTC)  # the week after the clocks went back
    for hours in range(0, 7 * 24, 3):
        now = midnight + timedelta(hours=hours)
        told = list(story(ticket, PEOPLE, now))
        moments = [command.at for command in told]

        assert moments == sorted(moments)
        assert moments[-1] <= now
        assert len({command.id for command in told}) == len(told)
        assert [decode(encode(command)) for command in told] == told


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (minutes_ago(30), "2026-03-16T08:37:00+00:00"),
        (days_ago(1, "10:22"), "2026-03-13T10:22:00+11:00"),
        (days_ago(5, "09:00"), "2026-03-09T09:00:00+11:00"),
    ],
)
def test_days_are_counted_in_working_days_of_the_office(moment: Moment, expected: str) -> None:
    monday = datetime(2026, 3, 16, 9, 7, tzinfo=UTC)

    assert moment(monday).isoformat() == expected
