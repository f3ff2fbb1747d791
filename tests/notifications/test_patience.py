"""Patience: a mail about messages waits, gathers what comes meanwhile, and is one in a quarter of an hour."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pytest_django import Settings

from core.models import User
from notifications import services
from notifications.models import Delivery, Preference
from support import events
from support.models import Participant, SupportTicket
from tests.notifications.conftest import AT, moved, planned
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db
Say = Callable[..., events.MessagePosted]


@pytest.fixture(autouse=True)
def patient(settings: Settings) -> None:
    settings.REPLY_MAIL_GRACE, settings.REPLY_MAIL_EVERY = 120, 900
    settings.SUPPORT_EMAIL = "support@psychpath.example"


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("facts__public_sequence").values_list("state", "reason"))


def body(sink: Sink, place: int = 0) -> str:
    part = sink.messages[place].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_later_messages_join_the_same_mail_whether_they_are_due_or_not(
    sink: Sink, say: Say, amira: User, ben: User
) -> None:
    rows = planned(say(ben, "First this."), say(ben, "Then that."), say(ben, "And at last this."))
    first = min(rows, key=lambda row: row.facts["public_sequence"])
    Delivery.objects.exclude(id=first.id).update(due_at=timezone.now() + timedelta(minutes=1))

    assert services.deliver("email", [first.id]).counts == {"sent": 1}

    assert sink.tries == [amira.email]
    text = body(sink)
    assert [text.index(words) for words in ("First this.", "Then that.", "And at last this.")] == sorted(
        text.index(words) for words in ("First this.", "Then that.", "And at last this.")
    )
    assert sink.messages[0]["Message-ID"] == first.message_id_header
    assert states() == [("sent", "")] * 3
    carried = Delivery.objects.exclude(id=first.id)
    assert set(carried.values_list("carrier_id", "attempts")) == {(first.id, 1)}


def test_what_was_read_meanwhile_is_left_out_of_the_mail(
    sink: Sink, ticket: SupportTicket, say: Say, amira: User, ben: User
) -> None:
    planned(say(ben, "Read already."), say(ben, "Not yet."), say(ben, "Nor this."))
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=1)

    services.deliver("email")

    assert states() == [("withheld", "read"), ("sent", ""), ("sent", "")]
    assert len(sink.messages) == 1
    assert "Read already." not in body(sink)
    assert "Nor this." in body(sink)


def test_there_is_one_mail_per_thread_in_a_quarter_of_an_hour(
    sink: Sink, say: Say, amira: User, ben: User
) -> None:
    planned(say(ben, "One."))
    services.deliver("email")
    (first,) = Delivery.objects.all()
    (second,) = planned(say(ben, "Two."))
    (third,) = planned(say(ben, "Three."))

    assert services.deliver("email").counts == {"put back": 2}
    for row in (second, third):
        row.refresh_from_db()
        assert first.claimed_at is not None
        assert (row.state, row.attempts, row.due_at) == (
            "planned",
            0,
            first.claimed_at + timedelta(minutes=15),
        )
    Delivery.objects.update(due_at=AT)
    Delivery.objects.filter(id=first.id).update(claimed_at=timezone.now() - timedelta(minutes=15))
    assert services.deliver("email").counts == {"sent": 1}

    assert sink.tries == [amira.email] * 2
    assert "Three." in body(sink, 1)


def test_of_two_that_two_workers_hold_at_once_the_one_taken_first_goes(
    sink: Sink, say: Say, amira: User, ben: User
) -> None:
    other, own = planned(say(ben, "One."), say(ben, "Two."))
    moment = timezone.now()
    held = Delivery.objects.filter(id=other.id)

    held.update(state="sending", claimed_at=moment - timedelta(seconds=1), attempts=1)
    assert services.deliver("email", [own.id]).counts == {"put back": 1}
    own.refresh_from_db()
    assert (own.state, own.due_at) == ("planned", moment - timedelta(seconds=1) + timedelta(minutes=15))

    held.update(claimed_at=moment + timedelta(minutes=1))
    Delivery.objects.filter(id=own.id).update(due_at=moment)
    assert services.deliver("email", [own.id]).counts == {"sent": 1}
    assert sink.tries == [amira.email]


def test_the_quarter_of_an_hour_is_of_one_thread_reader_and_kind_alone(
    sink: Sink, ticket: SupportTicket, say: Say, amira: User, ben: User
) -> None:
    planned(say(ben, "One."))
    services.deliver("email")
    ticket.assigned_to = ben
    ticket.save()
    planned(say(amira, "Thank you."), moved(ticket, ben, "OPEN", "RESOLVED"))

    assert services.deliver("email").counts == {"sent": 2}
    assert sorted(sink.tries) == [amira.email, amira.email, ben.email]


def test_messages_that_travelled_together_wait_and_travel_together_again(
    sink: Sink, say: Say, amira: User, ben: User
) -> None:
    rows = planned(say(ben, "One."), say(ben, "Two."))
    sink.data_answers = ["451 try later"]

    assert services.deliver("email").counts == {"transient": 1}
    assert states() == [("queued", "")] * 2
    assert not Delivery.objects.exclude(carrier=None).exists()
    Delivery.objects.update(due_at=AT)
    assert services.deliver("email").counts == {"sent": 1}

    assert len(sink.messages) == 1
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 2)}
    assert {rows[0].message_id_header, rows[1].message_id_header} > {sink.messages[0]["Message-ID"]}


def test_a_mail_waits_for_the_end_of_the_quiet_hours_and_what_was_asked_for_does_not(
    sink: Sink, ticket: SupportTicket, say: Say, amira: User, ben: User
) -> None:
    here = timezone.now().astimezone(ZoneInfo("Europe/Berlin"))
    User.objects.filter(id=amira.id).update(timezone="Europe/Berlin")
    end = (here + timedelta(hours=2)).replace(second=0, microsecond=0)
    Preference.objects.create(
        user=amira, quiet_from=(here - timedelta(hours=1)).time(), quiet_until=end.time(), changed_at=AT
    )
    (update,) = planned(moved(ticket, ben, "OPEN", "RESOLVED"))
    (reply,) = planned(say(ben, "Try it again."))

    assert services.deliver("email").counts == {"put back": 2}

    for row in (update, reply):
        row.refresh_from_db()
        assert (row.state, row.attempts, row.due_at) == ("planned", 0, end)
    assert sink.tries == []


def test_what_an_admin_sends_again_waits_for_nothing_and_was_perhaps_read(
    sink: Sink, ticket: SupportTicket, say: Say, amira: User, ben: User
) -> None:
    planned(say(ben, "One."))
    services.deliver("email")
    Participant.objects.create(ticket=ticket, user=amira, role="requester", read_sequence=1)
    Delivery.objects.update(state="planned", replayed_at=timezone.now())

    assert services.deliver("email").counts == {"sent": 1}
    assert sink.messages[0]["Message-ID"] == sink.messages[1]["Message-ID"]
