"""Mails by the calendar: to whom, when on whose clock, what they say; once per person and period whatever happens."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from pytest_django import Settings

from core.models import User
from notifications import digest_facts, services
from notifications.ledger.balance import balance
from notifications.models import Delivery, Preference, Reason, State
from notifications.services.deliver import deliver
from support.models import ReplyPromise, SupportTicket
from tests.notifications import clocks
from tests.notifications.sink import Sink
from tests.support.conftest import Desk, desk

__all__ = ["desk"]
# A Tuesday, half past eight in Melbourne.
MORNING = datetime(2026, 3, 9, 21, 30, tzinfo=UTC)
EARLIER = MORNING - timedelta(days=2)


@pytest.fixture
def asked(desk: Desk, amira: User) -> SupportTicket:
    """Amira asked two days ago."""
    desk.now = EARLIER
    return desk.ask(amira, subject="Week 14")


def planned(now: datetime) -> list[tuple[str, str, str]]:
    """Who is told what for which day, of the rows that are new."""
    rows = Delivery.objects.filter(id__in=services.plan_digests(now)).select_related("recipient")
    return sorted((row.notice, row.recipient.username, row.facts["day"]) for row in rows if row.recipient)


@pytest.mark.usefixtures("asked")
def test_agents_hear_every_weekday_morning_by_their_own_clock(ben: User, chen: User) -> None:
    chen.timezone = "Europe/Berlin"
    chen.save()

    assert planned(MORNING) == [("digest", "ben", "2026-03-10")]
    assert planned(MORNING + clocks.QUARTER) == []
    berlin = datetime(2026, 3, 10, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert planned(berlin - clocks.QUARTER) == []
    assert planned(berlin) == [("digest", "chen", "2026-03-10")]
    saturday = datetime(2026, 3, 14, 9, 0, tzinfo=ZoneInfo("Australia/Melbourne"))
    assert planned(saturday) == []


@pytest.mark.usefixtures("asked", "ben")
def test_nobody_is_told_in_the_afternoon_what_was_meant_for_the_morning() -> None:
    assert planned(datetime(2026, 3, 10, 12, 0, tzinfo=ZoneInfo("Australia/Melbourne"))) == []


@pytest.mark.usefixtures("asked")
def test_support_admins_hear_of_the_week_on_mondays(admin: User) -> None:
    monday = datetime(2026, 3, 16, 8, 5, tzinfo=ZoneInfo("Australia/Melbourne"))

    assert planned(monday) == [("digest", "admin", "2026-03-16"), ("summary", "admin", "2026-03-09")]
    assert planned(monday) == []


def test_a_reply_that_nobody_read_for_a_day_is_reminded_of_once(
    desk: Desk, asked: SupportTicket, ben: User, amira: User
) -> None:
    desk.say(ben, asked, "Please try again.")
    day = timedelta(days=1)

    assert ("unread", "amira", "2026-03-10") in planned(MORNING)
    assert [row for row in planned(MORNING + day) if row[0] == "unread"] == []
    desk.now = MORNING + timedelta(hours=1)
    desk.say(ben, asked, "Did it work?")
    assert [row for row in planned(MORNING + day) if row[0] == "unread"] == []
    assert ("unread", "amira", "2026-03-12") in planned(MORNING + 2 * day)


def test_a_reminder_counts_and_lists_what_no_reminder_has_said(
    desk: Desk, asked: SupportTicket, ben: User, amira: User
) -> None:
    desk.say(ben, asked, "Please try again.")
    desk.now = MORNING - timedelta(hours=2)
    for words in ("Any news?", "We’re here."):
        desk.say(ben, asked, words)

    def said(now: datetime) -> list[tuple[str, int]]:
        (row,) = [row for row in _rows(now) if row.notice == "unread"]
        with time_machine.travel(now, tick=False):
            notice = digest_facts.notice_of(row)
        assert notice
        count = int(notice.context["summary"].split()[0])
        return [(line["reference"], count) for line in notice.context["lines"]]

    assert said(MORNING) == [(asked.reference, 1)]
    other = desk.ask(amira, subject="Another")
    desk.say(ben, other, "This way.")
    desk.read(amira, asked, 3)
    assert said(MORNING + DAY) == [(other.reference, 1)]
    desk.now = MORNING + DAY
    desk.say(ben, asked, "Did that help?")
    assert said(MORNING + 3 * DAY) == [(asked.reference, 1)]


def test_what_was_read_is_not_reminded_of(desk: Desk, asked: SupportTicket, ben: User, amira: User) -> None:
    desk.say(ben, asked, "Please try again.")
    desk.read(amira, asked, 1)

    assert [row for row in planned(MORNING) if row[0] == "unread"] == []


def calendar_mail(sink: Sink, person: User) -> tuple[str, str]:
    """The one mail to somebody that is about no single ticket: subject and text."""
    (mail,) = [mail for mail in sink.to(person.email) if "[PP-" not in mail["Subject"]]
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_body(("plain",))
    return mail["Subject"], body.get_content().replace("\r\n", "\n") if body else ""


def sent(now: datetime) -> Counter[tuple[str, str]]:
    """What leaves, planned and delivered at this moment: state and reason of each row."""
    with time_machine.travel(now, tick=False):
        services.plan_digests(now)
        deliver("email")
    rows = Delivery.objects.filter(event_kind="Calendar")
    return Counter((row.state, row.reason) for row in rows)


def test_a_daily_summary_says_what_is_theirs_unassigned_oldest_and_broken(
    desk: Desk, asked: SupportTicket, ben: User, amira: User, sink: Sink
) -> None:
    desk.give(ben, asked, ben)
    desk.ask(amira, subject="Nobody has this one")
    assert sent(MORNING) == {(State.SENT, ""): 1}

    subject, text = calendar_mail(sink, ben)
    assert subject == "PsychPATH: your tickets on Tuesday 10 March"
    assert "Good morning, Ben" in text
    assert "Week 14" in text
    assert "1 ticket has nobody yet." in text
    assert "The oldest open ticket has waited since Sunday 8 March." in text
    assert "2 replies that were promised came late or not at all since yesterday." in text


def test_a_daily_summary_says_how_long_the_last_days_first_replies_took(
    desk: Desk, asked: SupportTicket, ben: User, amira: User, sink: Sink
) -> None:
    desk.say(ben, asked, "Two days ago, and not of the last one.")
    desk.now = MORNING - timedelta(hours=20)
    for minutes in (5, 12, 30):
        ticket = desk.ask(amira, subject=f"Answered after {minutes}")
        desk.now += timedelta(minutes=minutes - 1)
        desk.say(ben, ticket, "Here you are.")
        desk.give(ben, ticket, ben)

    assert sent(MORNING) == {(State.SENT, ""): 2}, "his, and Amira's reminder of the first"
    assert "12 min" in calendar_mail(sink, ben)[1]


def test_the_week_in_numbers(desk: Desk, asked: SupportTicket, admin: User, ben: User, sink: Sink) -> None:
    desk.say(ben, asked, "Done.")
    desk.move(ben, asked, "RESOLVED")
    Preference.objects.create(user=admin, muted=["digest:email"], changed_at=EARLIER)
    Preference.objects.create(user=ben, muted=["digest:email"], changed_at=EARLIER)
    monday = datetime(2026, 3, 9, 8, 5, tzinfo=ZoneInfo("Australia/Melbourne"))
    assert sent(monday) == {(State.SENT, ""): 1, (State.WITHHELD, Reason.PREFERENCE): 2}

    subject, text = calendar_mail(sink, admin)
    assert subject == "PsychPATH: the week from Monday 2 March"
    assert "New tickets: 1\nResolved: 1\nStill open: 0" in text
    assert "Promised replies in time: 100%." in text


def test_a_promise_that_may_still_be_kept_is_not_counted_as_broken(
    desk: Desk, asked: SupportTicket, admin: User, ben: User, amira: User, sink: Sink
) -> None:
    desk.say(ben, asked, "Done.")
    open_still = desk.ask(amira, subject="Asked on Sunday")
    monday = datetime(2026, 3, 9, 8, 5, tzinfo=ZoneInfo("Australia/Melbourne"))
    for due_at, share in ((monday + timedelta(hours=1), "100%"), (monday - timedelta(hours=1), "50%")):
        ReplyPromise.objects.filter(ticket=open_still).update(due_at=due_at)
        with time_machine.travel(monday, tick=False):
            (row,) = [row for row in _rows(monday) if row.notice == "summary"]
            notice = digest_facts.notice_of(row)
        assert notice
        assert f"Promised replies in time: {share}." in notice.context["summary"]
        Delivery.objects.all().delete()


def _rows(now: datetime) -> list[Delivery]:
    return list(Delivery.objects.filter(id__in=services.plan_digests(now)))


def test_a_reply_that_is_overdue_is_not_due_later_today(desk: Desk, ben: User, amira: User) -> None:
    desk.now = EARLIER
    for subject, hours in (("Since yesterday", -16), ("This morning", 2)):
        ticket = desk.ask(amira, subject=subject)
        desk.give(ben, ticket, ben)
        ReplyPromise.objects.filter(ticket=ticket).update(due_at=MORNING + timedelta(hours=hours))
    with time_machine.travel(MORNING, tick=False):
        (row,) = _rows(MORNING)
        notice = digest_facts.notice_of(row)

    assert notice
    assert notice.context["summary"] == (
        "2 tickets are with you. 1 reply is overdue. 1 needs a reply before 10:30 am."
    )
    assert [(line["subject"], line["pill"][1]) for line in notice.context["lines"]] == [
        ("Since yesterday", "Overdue"),
        ("This morning", "Due 10:30 am"),
    ]


def test_an_agent_with_nothing_to_do_hears_nothing_and_the_ledger_says_why(
    desk: Desk, ben: User, sink: Sink
) -> None:
    assert sent(MORNING) == {(State.WITHHELD, Reason.NOTHING): 1}
    assert sink.messages == []
    assert balance(MORNING - timedelta(days=1)).without_plan == 0


DAY = timedelta(days=1)


def left(now: datetime) -> Counter[str]:
    """What became of the rows by the calendar that are due at this moment."""
    rows = Delivery.objects.filter(event_kind="Calendar")
    with time_machine.travel(now, tick=False):
        return deliver("email", list(rows.values_list("id", flat=True))).counts


@pytest.mark.usefixtures("asked", "ben")
def test_after_days_without_mail_this_mornings_summary_alone_leaves(sink: Sink) -> None:
    services.plan_digests(MORNING)
    services.plan_digests(MORNING + DAY)

    assert sent(MORNING + 2 * DAY) == {(State.SENT, ""): 1, (State.WITHHELD, Reason.LATE): 2}
    subjects = [mail["Subject"] for mail in sink.messages if "[PP-" not in mail["Subject"]]
    assert subjects == ["PsychPATH: your tickets on Thursday 12 March"]


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [(3, (State.SENT, "")), (4, (State.WITHHELD, Reason.LATE))],
    ids=["morning", "later"],
)
@pytest.mark.usefixtures("asked", "ben", "sink")
def test_a_summary_is_good_for_the_hours_of_a_morning(hours: int, outcome: tuple[str, str]) -> None:
    services.plan_digests(MORNING)

    assert sent(MORNING + timedelta(hours=hours)) == {outcome: 1}


@pytest.mark.parametrize("change", [{"replayed_at": MORNING + DAY}, {"released": True}])
@pytest.mark.usefixtures("asked", "ben", "sink")
def test_what_a_support_admin_sends_again_or_releases_leaves_however_late(change: dict[str, Any]) -> None:
    services.plan_digests(MORNING)
    Delivery.objects.update(**change)

    assert left(MORNING + DAY) == {"sent": 1}


@pytest.mark.usefixtures("asked", "sink")
def test_quiet_hours_make_a_summary_wait_and_not_late(ben: User) -> None:
    quiet = {"quiet_from": time(7), "quiet_until": time(13)}
    Preference.objects.create(user=ben, changed_at=EARLIER, **quiet)
    services.plan_digests(MORNING)

    assert left(MORNING) == {"put back": 1}
    assert left(MORNING + timedelta(hours=4.5)) == {"sent": 1}


def test_the_next_morning_reminds_of_what_a_late_reminder_did_not(
    desk: Desk, asked: SupportTicket, ben: User, amira: User, sink: Sink
) -> None:
    desk.say(ben, asked, "Please try again.")
    services.plan_digests(MORNING)
    assert left(MORNING + timedelta(hours=6)) == {"withheld": 2}

    assert ("unread", "amira", "2026-03-11") in planned(MORNING + DAY)


@pytest.mark.usefixtures("asked", "sink")
def test_the_weeks_numbers_leave_up_to_three_days_later(admin: User) -> None:
    services.plan_digests(datetime(2026, 3, 9, 8, 5, tzinfo=ZoneInfo("Australia/Melbourne")))
    assert left(MORNING + timedelta(hours=12)) == {"sent": 1, "withheld": 1}

    rows = Delivery.objects.filter(event_kind="Calendar").order_by("notice")
    assert list(rows.values_list("notice", "state", "reason")) == [
        ("digest", "withheld", "late"), ("summary", "sent", ""),
    ]  # fmt: skip


def test_a_reminder_leads_back_to_the_ticket(
    desk: Desk, asked: SupportTicket, ben: User, amira: User, sink: Sink
) -> None:
    desk.say(ben, asked, "Please try again.")
    desk.say(ben, asked, "Or this way.")
    Preference.objects.create(user=ben, muted=["digest:email"], changed_at=EARLIER)
    sent(MORNING)

    subject, text = calendar_mail(sink, amira)
    assert subject == f"PsychPATH: unread replies about {asked.reference}"
    assert "2 replies have been waiting for you for a day or longer." in text
    assert f"/support-tickets/{asked.pk}" in text
    assert "Please try again." not in text


@pytest.mark.parametrize("zone", clocks.CHANGES)
@pytest.mark.parametrize("change", [0, 1])
def test_once_per_local_day_when_the_hour_comes_twice_or_never(
    desk: Desk, person: Callable[..., User], settings: Settings, zone: str, change: int
) -> None:
    settings.DIGEST_HOUR = clocks.HOUR
    sunday = clocks.CHANGES[zone][change]
    asks, helps = person("mia", timezone=zone), person("priya", is_staff=True, timezone=zone)
    clocks.around(desk, asks, helps, sunday, services.plan_digests)

    assert clocks.planned(asks, helps) == clocks.owed(sunday)
