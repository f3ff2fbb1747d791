"""The in-app transport: a frame to the person's pages alone, its title never what somebody wrote."""

import json
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.contracts import Event
from core.models import User
from notifications import services
from notifications.models import Delivery, Preference
from support import events
from support.models import ChatSession, Participant, SupportTicket
from tests import servers
from tests.notifications import conftest
from tests.notifications.conftest import AT, given, moved, opened
from tests.open_pages import OpenPages

pytestmark = pytest.mark.django_db


def planned(*batch: Event, transport: str) -> list[Delivery]:
    """As if it had happened a moment ago."""
    rows = conftest.planned(*batch, transport=transport)
    Delivery.objects.filter(id__in=[row.id for row in rows]).update(created_at=timezone.now())
    return rows


@pytest.fixture
def pages(pages: OpenPages, amira: User, ben: User, chen: User) -> OpenPages:
    """These three have one open each."""
    pages.open(amira, ben, chen)
    return pages


def states() -> list[tuple[str, str, str]]:
    found = Delivery.objects.filter(transport="in_app").order_by("recipient__username", "notice")
    return list(found.values_list("recipient__username", "state", "reason"))


def test_a_reply_reaches_the_requesters_pages_and_nobody_elses(
    pages: OpenPages, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    (row,) = planned(say(ben, "Try it again."), transport="in_app")

    assert services.deliver("in_app", [row.id]).counts == {"sent": 1}

    assert pages(amira) == [
        {
            "type": "notice",
            "id": str(row.id),
            "title": "Ben replied to PP-1042",
            "says": "replied",
            "reference": "PP-1042",
            "brand": "PsychPATH",
            "text": "Logbook export is missing week 14",
            "url": f"/support-tickets/{ticket.id}",
            "key": str(ticket.id),
            "who": "Ben",
            "icon": "chat",
            "ticket_id": str(ticket.id),
        }
    ]
    assert pages(ben) == []
    assert states() == [("amira", "sent", "")]


def test_what_each_event_says(
    pages: OpenPages,
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    chen: User,
) -> None:
    ticket.assigned_to = ben
    ticket.save()
    happened = [
        opened(ticket),
        say(amira, "Anybody?"),
        say(chen, "She is my cousin.", "staff"),
        moved(ticket, ben, "OPEN", "WAITING_USER"),
        moved(ticket, ben, "RESOLVED", "OPEN"),
        given(ticket, ben, chen.id),
    ]
    for event in happened:
        services.deliver("in_app", [row.id for row in planned(event, transport="in_app")])

    titles = {person.username: [frame["title"] for frame in pages(person)] for person in (amira, ben, chen)}
    assert titles == {
        "amira": ["PP-1042 is waiting on you", "PP-1042 is open again"],
        "ben": [
            "Amira opened PP-1042",
            "Amira replied to PP-1042",
            "Chen left an internal note on PP-1042",
        ],
        "chen": ["Amira opened PP-1042", "Ben gave you PP-1042"],
    }
    assert {frame["url"] for frame in pages(ben)} == {f"/support/?ticket={ticket.id}"}


def test_what_somebody_wrote_is_in_no_frame(
    pages: OpenPages, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    ChatSession.objects.create(ticket=ticket, requester=amira, created_at=AT)
    SupportTicket.objects.filter(pk=ticket.pk).update(subject="canary in a first message", assigned_to=ben)
    event = opened(ticket)
    services.deliver("in_app", [row.id for row in planned(event, transport="in_app")])
    said = say(amira, "canary in a body")
    SupportTicket.objects.filter(pk=ticket.pk).update(subject="canary", assigned_to=ben)
    services.deliver("in_app", [row.id for row in planned(said, transport="in_app")])

    waiting, reply = pages(ben)
    assert (waiting["title"], waiting["text"]) == ("Amira is waiting in a chat", "PP-1042")
    assert "canary" not in waiting["title"] + waiting["text"] + reply["title"]
    assert "body" not in json.dumps(reply)


def test_somebody_the_system_acts_for_is_told_without_a_name(
    pages: OpenPages, ticket: SupportTicket, ben: User
) -> None:
    event = given(ticket, ben, ben.id)
    rows = planned(event, transport="in_app")
    Delivery.objects.filter(id__in=[row.id for row in rows]).update(
        facts={"actor": "system:support"}, state="planned", reason=""
    )
    Delivery.objects.exclude(recipient=ben).delete()
    services.deliver("in_app", [row.id for row in rows])

    assert [(frame["title"], frame["who"]) for frame in pages(ben)] == [("PP-1042 is yours now", "")]


def test_the_same_row_released_three_times_is_told_once(
    pages: OpenPages, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    ids = [row.id for row in planned(say(ben, "Try it again."), transport="in_app")]

    assert [services.deliver("in_app", ids).counts for _ in range(3)] == [{"sent": 1}, {}, {}]
    assert len(pages(amira)) == 1


def test_what_is_old_is_in_the_list_and_no_toast(
    pages: OpenPages, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    ids = [row.id for row in planned(say(ben, "Try it again."), transport="in_app")]
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    assert services.deliver("in_app", ids).counts == {"sent": 1}
    assert pages(amira) == []
    assert states() == [("amira", "sent", "")]


def test_what_was_read_before_its_release_is_not_told(
    pages: OpenPages, ticket: SupportTicket, say: Callable[..., events.MessagePosted], amira: User, ben: User
) -> None:
    planned(say(ben, "Try it again."), transport="in_app")
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=1)

    assert services.deliver("in_app").counts == {"withheld": 1}
    assert states() == [("amira", "withheld", "read")]
    assert pages(amira) == []


def test_rights_and_wishes_are_asked_again_at_the_release(
    pages: OpenPages,
    ticket: SupportTicket,
    say: Callable[..., events.MessagePosted],
    amira: User,
    ben: User,
    chen: User,
    person: Callable[..., User],
) -> None:
    erin, fay = person("erin", is_staff=True), person("fay", is_staff=True)
    pages.open(erin, fay)
    planned(opened(ticket), transport="in_app")
    User.objects.filter(pk=ben.pk).update(is_staff=False)
    User.objects.filter(pk=chen.pk).update(is_active=False)
    Preference.objects.create(user=erin, muted=["new_ticket:in_app"], changed_at=AT)

    assert services.deliver("in_app").counts == {"withheld": 3, "sent": 1}
    assert states() == [
        ("ben", "withheld", "not-theirs"),
        ("chen", "withheld", "inactive"),
        ("erin", "withheld", "preference"),
        ("fay", "sent", ""),
    ]
    assert [len(pages(person)) for person in (ben, chen, erin, fay)] == [0, 0, 0, 1]


def test_a_note_is_not_told_to_a_requester_who_was_staff_when_it_was_planned(
    pages: OpenPages, say: Callable[..., events.MessagePosted], ticket: SupportTicket, ben: User, chen: User
) -> None:
    ticket.requester = ticket.assigned_to = ben
    ticket.save()
    planned(say(chen, "He must not know.", "staff"), transport="in_app")
    User.objects.filter(pk=ben.pk).update(is_staff=False)

    assert services.deliver("in_app").counts == {"withheld": 1}
    assert states() == [("ben", "withheld", "internal-note")]
    assert pages(ben) == []


def test_a_layer_that_is_away_leaves_the_rest_to_another_try(
    say: Callable[..., events.MessagePosted], ben: User
) -> None:
    ids = [row.id for text in ("One.", "Two.") for row in planned(say(ben, text), transport="in_app")]
    servers.fleet().ephemeral.kill()
    try:
        tally = services.deliver("in_app", ids)
    finally:
        servers.fleet().ephemeral.start()

    assert tally.counts == {"transient": 1}
    assert sorted(state for _who, state, _reason in states()) == ["planned", "queued"]


def test_in_quiet_hours_a_notice_says_so_and_calls_nobody(
    pages: OpenPages, ticket: SupportTicket, amira: User, ben: User
) -> None:
    now = timezone.now().astimezone(ZoneInfo(amira.timezone))
    hour = timedelta(hours=1)
    Preference.objects.create(
        user=amira, quiet_from=(now - hour).time(), quiet_until=(now + hour).time(), changed_at=AT
    )
    planned(moved(ticket, ben, "OPEN", "RESOLVED"), transport="in_app")
    services.deliver("in_app")
    Preference.objects.update(quiet_from=(now + hour).time(), quiet_until=(now + 2 * hour).time())
    planned(moved(ticket, ben, "RESOLVED", "OPEN"), transport="in_app")
    services.deliver("in_app")

    assert [frame.get("quiet", False) for frame in pages(amira) if frame["type"] == "notice"] == [True, False]
