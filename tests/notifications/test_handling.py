"""What support admins do with deliveries: again, not at all, let go; one, or all that match, in steps."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core import ids
from core.contracts import Event
from core.models import User
from core.problems import Refused
from notifications import services
from notifications.models import AccountMail, Breaker, Delivery, Run, SuppressedFor, Suppression
from notifications.services.handling import AT_ONCE, Stepped
from support import delivery_commands as commands
from support import events
from support.delivery_events import DeliveriesReleased, DeliveryRunStarted
from support.mail_events import MailMoved
from support.models import SupportTicket
from tests.notifications.conftest import AT, happened, opened, planned

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def row(ticket: SupportTicket, ben: User) -> Delivery:
    """The mail that tells Ben of Amira's ticket."""
    return planned(opened(ticket))[0]


def handle(by: User, row: Delivery, action: str, at: datetime = LATER) -> list[Event]:
    command = commands.HandleDelivery(
        id=ids.new_id(), actor=by.actor, at=at, delivery_id=row.id, action=action
    )
    return list(services.apply(command))


def start(by: User, action: str, **wanted: str) -> uuid.UUID:
    command = commands.StartDeliveryRun(
        id=ids.new_id(), actor=by.actor, at=timezone.now(), action=action, filter=wanted
    )
    for _ in range(2):  # said twice it is one run
        (event,) = services.apply(command)
        assert isinstance(event, DeliveryRunStarted)
        assert event.run_id == command.id
    return command.id


@pytest.mark.parametrize(
    "state",
    ["sent", "delivered", "opened", "bounced", "complained", "failed", "uncertain", "cancelled", "queued"],
)
def test_what_is_over_or_waits_is_sent_again_under_the_same_message_id(
    state: str, row: Delivery, admin: User
) -> None:
    Delivery.objects.update(
        state=state, attempts=3, reason="refused", cause="550", bounced_at=AT, settled_at=AT, claimed_at=AT
    )
    header = row.message_id_header

    (event,) = handle(admin, row, "replay")

    row.refresh_from_db()
    assert isinstance(event, DeliveriesReleased)
    assert (row.state, row.due_at, row.replayed_at, row.attempts) == ("planned", LATER, LATER, 3)
    assert (row.reason, row.cause, row.bounced_at, row.settled_at, row.claimed_at) == (
        "",
        "",
        None,
        None,
        None,
    )
    assert row.message_id_header == header


@pytest.mark.parametrize("state", ["withheld", "sending"])
def test_what_was_withheld_or_is_on_its_way_is_left_alone(state: str, row: Delivery, admin: User) -> None:
    Delivery.objects.update(state=state)

    for action in ("replay", "cancel", "release"):
        with pytest.raises(Refused) as refused:
            handle(admin, row, action)
        assert refused.value.code == "stale"
    row.refresh_from_db()
    assert (row.state, row.replayed_at) == (state, None)


def test_a_command_that_comes_twice_sends_again_once(row: Delivery, admin: User) -> None:
    Delivery.objects.update(state="failed")
    command = commands.HandleDelivery(
        id=ids.new_id(), actor=admin.actor, at=LATER, delivery_id=row.id, action="replay"
    )
    first = services.apply(command)
    Delivery.objects.update(state="sent")

    assert list(services.apply(command)) == list(first)

    row.refresh_from_db()
    assert row.state == "sent"


def test_only_a_support_admin_may(row: Delivery, amira: User, ben: User) -> None:
    for person in (amira, ben):
        with pytest.raises(Refused) as refused:
            handle(person, row, "cancel")
        assert refused.value.code == "forbidden"


def test_what_is_cancelled_is_never_claimed(row: Delivery, admin: User) -> None:
    for _ in range(2):
        (event,) = handle(admin, row, "cancel")
        assert isinstance(event, MailMoved)  # open desks say so under the message
        assert event.ticket_id == row.ticket_id

    row.refresh_from_db()
    assert (row.state, row.settled_at) == ("cancelled", LATER)
    assert services.claim(None, "email", 1, LATER) == []


def test_the_text_of_a_cancelled_account_mail_is_forgotten_and_never_sent_again(admin: User) -> None:
    mail = AccountMail.objects.create(
        id=ids.new_id(), template="t", to="a@example.com", subject="s", text="t"
    )
    (row,) = planned(happened(events.AccountMailRequested, "system:accounts", mail_id=mail.id))

    assert handle(admin, row, "cancel") == []  # no ticket's page says anything of it

    mail.refresh_from_db()
    assert (mail.text, mail.emptied_at) == ("", LATER)
    with pytest.raises(Refused):
        handle(admin, row, "replay")


def test_one_that_is_held_is_let_go_alone(row: Delivery, admin: User) -> None:
    Delivery.objects.update(held="thread")
    assert services.claim(None, "email", 1, LATER) == []
    with pytest.raises(Refused):  # it is not to be sent again: it never left
        handle(admin, row, "replay")

    (event,) = handle(admin, row, "release")

    assert isinstance(event, DeliveriesReleased)
    (claimed,) = services.claim(None, "email", 1, LATER)
    assert (claimed.id, claimed.held, claimed.released) == (row.id, "", True)


def test_a_released_breaker_lets_go_what_it_held_and_nothing_else(
    row: Delivery, say: Callable[..., events.MessagePosted], ticket: SupportTicket, ben: User, admin: User
) -> None:
    (other,) = planned(say(ben, "Try it again."))
    Delivery.objects.filter(id=row.id).update(held="address")
    Delivery.objects.filter(id=other.id).update(held="thread")
    breaker = Breaker.objects.create(
        id="address:ben@example.com", hold="address", key="ben@example.com", count=200, opened_at=AT
    )
    command = commands.ReleaseBreaker(id=ids.new_id(), actor=admin.actor, at=LATER, breaker_id=breaker.id)

    assert [len(services.apply(command)), len(services.apply(command))] == [1, 0]

    assert dict(Delivery.objects.filter(transport="email").values_list("id", "held")) == {
        row.id: "",
        other.id: "thread",
    }
    breaker.refresh_from_db()
    assert breaker.released_at == LATER


def test_a_suppression_is_lifted_by_a_support_admin(admin: User, ben: User) -> None:
    services.suppress("amira@example.com", SuppressedFor.REFUSED, AT)
    lift = {"id": ids.new_id(), "at": LATER, "address": "amira@example.com"}
    with pytest.raises(Refused):
        services.apply(commands.LiftSuppression(actor=ben.actor, **lift))  # type: ignore[arg-type]

    services.apply(commands.LiftSuppression(actor=admin.actor, **lift))  # type: ignore[arg-type]

    assert Suppression.objects.count() == 0


@pytest.fixture
def many(row: Delivery) -> list[uuid.UUID]:
    """120 failed mails, and one that was sent."""
    copies = []
    for place in range(120):
        copy = Delivery.objects.get(id=row.id)
        copy.pk, copy.state, copy.created_at = ids.new_id(), "failed", AT + timedelta(seconds=place // 3)
        copies.append(copy)
    Delivery.objects.bulk_create(copies)
    Delivery.objects.filter(id=row.id).update(state="sent")
    return [copy.pk for copy in copies]


def run_off(run_id: uuid.UUID) -> list[int]:
    done = []
    while services.step(run_id, timezone.now()).more:
        done.append(Run.objects.get(id=run_id).done)
    return [*done, Run.objects.get(id=run_id).done]


def test_a_run_does_all_that_match_in_steps_and_no_more(
    many: list[uuid.UUID], row: Delivery, admin: User
) -> None:
    run_id = start(admin, "replay", state="failed", transport="email")
    assert services.running() == [run_id]

    assert run_off(run_id) == [AT_ONCE, 2 * AT_ONCE, 120]

    run = Run.objects.get(id=run_id)
    assert (run.total, run.state, run.by_id, run.ended_at is None) == (120, "done", admin.id, False)
    assert Delivery.objects.filter(state="planned", transport="email").count() == 120
    row.refresh_from_db()
    assert row.state == "sent"
    assert (services.running(), services.step(run_id, timezone.now())) == ([], Stepped(False, set()))


def test_each_step_of_a_run_names_what_is_to_be_rung_for(many: list[uuid.UUID], admin: User) -> None:
    """All it put back and no more, whatever else is due: nothing waits for the sweep."""
    run_id = start(admin, "replay", state="failed")
    rung: list[uuid.UUID] = []
    for _ in range(3):
        now = timezone.now()
        services.step(run_id, now)
        rung += services.find_replayed(now)["email"]

    assert sorted(rung) == sorted(many)


def test_a_run_that_is_cancelled_stops_where_it_is(many: list[uuid.UUID], admin: User) -> None:
    run_id = start(admin, "replay", state="failed")
    services.step(run_id, timezone.now())
    services.apply(
        commands.CancelDeliveryRun(id=ids.new_id(), actor=admin.actor, at=timezone.now(), run_id=run_id)
    )

    assert services.step(run_id, timezone.now()) == Stepped(False, set())

    assert Run.objects.values_list("state", "done", "total").get() == ("cancelled", AT_ONCE, 120)
    assert Delivery.objects.filter(state="failed").count() == 120 - AT_ONCE


def test_what_fails_again_during_a_run_is_not_done_twice(many: list[uuid.UUID], admin: User) -> None:
    run_id = start(admin, "replay", state="failed")
    services.step(run_id, timezone.now())
    Delivery.objects.filter(state="planned").update(state="failed")

    run_off(run_id)

    assert Run.objects.get().done == 120
    assert Delivery.objects.filter(state="planned", transport="email").count() == 120 - AT_ONCE


def test_what_comes_after_the_run_was_asked_for_is_not_meant(
    many: list[uuid.UUID], row: Delivery, admin: User
) -> None:
    run_id = start(admin, "replay", state="failed")
    Delivery.objects.filter(id=row.id).update(
        state="failed", created_at=timezone.now() + timedelta(minutes=1)
    )

    run_off(run_id)

    row.refresh_from_db()
    assert (row.state, Run.objects.get().done) == ("failed", 120)


def test_a_run_over_a_filter_that_makes_no_sense_is_refused(admin: User) -> None:
    for wanted in ({"state": "purple"}, {"ticket": "my ticket"}, {"since": "yesterday"}, {}):
        with pytest.raises(Refused) as refused:
            start(admin, "replay", **wanted)
        assert refused.value.code == "invalid"
    with pytest.raises(Refused):
        start(admin, "delete", state="failed")
