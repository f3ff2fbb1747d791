"""The self-probe: the public path, hop by hop; shown, kept, cancelled; nobody meets it and nothing of it stays."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from core import command_log, dispatch, ids, probes
from core.models import User
from core.probes import Run, Step
from notifications.models import AccountMail, Delivery, Plan
from support import selectors
from support.doorway import append
from support.models import Change, ChatMessage, ProbeRun, ReplyPromise, SupportTicket
from support.probing import PROBE_ID
from support.services import probes as history
from tests.notifications.conftest import sink  # noqa: F401  (a fixture)
from tests.notifications.sink import Sink
from tests.support.conftest import Desk
from workers import fanout, probing
from workers import probe as tasks
from workers.celery import app


@pytest.fixture
def at_work(draining: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A drain beside the test, whose reactions run where they are published; the names of what was published."""
    app.loader.import_default_modules()
    published: list[str] = []

    def run(task: str, /, **options: Any) -> bool:
        published.append(task)
        for name in ("countdown", "expires", "task_id"):
            options.pop(name, None)
        if not task.startswith("persistence."):
            app.tasks[task].run(**options)
        return True

    monkeypatch.setattr(dispatch, "publish", run)
    monkeypatch.setattr(fanout, "PACE_SECONDS", 0)  # a task that is told to wait runs at once here
    return published


def states(run: Run | None) -> dict[str, str]:
    assert run is not None
    return {step.hop: step.state for step in run.steps}


def nothing_is_left() -> bool:
    rows = (SupportTicket.everything, ChatMessage.objects, Change.objects, ReplyPromise.objects)
    mails = (AccountMail.objects, Delivery.objects, Plan.objects)
    return not any(found.exists() for found in (*rows, *mails))


def test_it_takes_the_whole_way_is_kept_and_leaves_nothing(at_work: list[str], settings: Any) -> None:
    settings.PROBE_EMAIL = "probe@example.com"
    assert tasks.probe.run() in {"passed", "late", ""}

    run = probes.current()
    assert list(states(run)) == ["accept", "store", "announce", "react", "web", "mail"]
    assert set(states(run).values()) <= {"ok", "late"}
    kept = ProbeRun.objects.get()
    assert run is not None
    assert (kept.pk, kept.outcome, kept.asked_by) == (run.id, run.outcome, None)
    assert [hop for hop, _, _ in kept.steps] == list(states(run))
    assert "email.deliver" in at_work
    assert nothing_is_left()
    assert not probes.is_locked()


def test_its_mail_leaves_by_smtp_for_the_address_that_was_set(
    at_work: list[str],
    settings: Any,
    sink: Sink,  # noqa: F811
) -> None:
    settings.PROBE_EMAIL = "probe-mailbox@example.com"
    tasks.probe.run()

    assert states(probes.current())["mail"] == "ok"
    [mail] = sink.messages
    assert [envelope.rcpt_tos for envelope in sink.envelopes] == [["probe-mailbox@example.com"]]
    assert (mail["To"], mail["Subject"]) == ("probe-mailbox@example.com", "Self-probe")
    assert "Nothing has to be done." in str(mail.get_body(("plain",)))
    assert ProbeRun.objects.get().outcome in {"passed", "late"}
    assert nothing_is_left()


def test_a_mail_server_that_refuses_it_is_a_failure_of_the_mail_alone(
    at_work: list[str],
    settings: Any,
    sink: Sink,  # noqa: F811
) -> None:
    settings.PROBE_EMAIL = "probe-mailbox@example.com"
    sink.recipient_answers["probe-mailbox@example.com"] = ["550 no such mailbox"]
    tasks.probe.run()

    assert states(probes.current())["mail"] == "failed"
    assert (ProbeRun.objects.get().outcome, ProbeRun.objects.get().hop) == ("failed", "mail")
    assert sink.messages == []
    assert nothing_is_left()


def test_without_an_address_the_mail_is_not_tried_and_that_is_no_failure(
    at_work: list[str], settings: Any
) -> None:
    settings.PROBE_EMAIL = ""
    assert tasks.probe.run() in {"passed", "late"}
    assert states(probes.current())["mail"] == "off"
    assert "email.deliver" not in at_work


@pytest.mark.django_db
class TestAHopThatFails:
    """Nobody drains here."""

    def test_is_named_and_what_comes_late_is_tidied_by_the_next(
        self, monkeypatch: pytest.MonkeyPatch, desk: Desk
    ) -> None:
        monkeypatch.setitem(probes.HOPS, "store", (0.0, 0.2))
        assert tasks.probe.run() == "failed"
        run = probes.current()
        assert states(run) == {"accept": "ok", "store": "failed"}
        assert ProbeRun.objects.get().hop == "store"

        desk.drain()
        assert SupportTicket.everything.filter(requester=PROBE_ID).count() == 1
        assert tasks.probe.run() == "failed"
        assert nothing_is_left()
        assert ProbeRun.objects.count() == 2

    def test_a_log_that_takes_nothing(self, settings: Any) -> None:
        settings.COMMAND_LOG_URL = "unix:///nonexistent/valkey.sock"
        assert tasks.probe.run() == "failed"
        assert states(probes.current()) == {"accept": "failed"}

    def test_a_run_that_was_not_kept_is_kept_by_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(probes.HOPS, "store", (0.0, 0.1))
        lost = Run(id=ids.new_id(), asked=time.time(), outcome="failed", steps=(Step("store", "failed"),))
        probes.leave_unkept(lost)
        tasks.probe.run()

        assert ProbeRun.objects.filter(pk=lost.id, hop="store").exists()
        assert probes.take_unkept() == []

    def test_one_at_a_time_and_one_that_was_asked_for_is_run_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(probes.HOPS, "store", (0.0, 0.1))
        asked = probes.ask(ids.new_id(), None)
        assert asked is not None
        assert tasks.probe.run() == ""
        assert tasks.probe.run(run_id=str(asked.id)) == "failed"
        assert tasks.probe.run(run_id=str(asked.id)) == ""

    def test_cancelled_before_its_next_hop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = probes.ask(ids.new_id(), None)
        assert asked is not None
        probes.cancel(asked.id)
        assert tasks.probe.run(run_id=str(asked.id)) == "cancelled"
        assert states(probes.current()) == {}
        assert command_log.length(0) == 0


@pytest.mark.django_db
class TestNobodyMeetsIt:
    """While its ticket is there."""

    def probed(self, desk: Desk) -> SupportTicket:
        history.person()
        walker = probing.Probe(Run(id=ids.new_id(), asked=0.0))
        walker._open()
        desk.drain()
        append(walker._message())
        desk.drain()
        return SupportTicket.everything.get(requester=PROBE_ID)

    def test_in_lists_counts_numbers_promises_notices(
        self, desk: Desk, amira: User, ben: User, client: Client
    ) -> None:
        real = desk.ask(amira)
        before = selectors.view_counts(ben), selectors.unread_total(ben)
        waiting = Delivery.objects.count()
        ticket = self.probed(desk)

        assert ticket.number >= 2_000_000_000
        assert list(selectors.tickets_for(ben)) == [real]
        assert (selectors.view_counts(ben), selectors.unread_total(ben)) == before
        assert Delivery.objects.count() == waiting
        assert not ReplyPromise.objects.filter(ticket=ticket).exists()
        assert desk.ask(amira).number == real.number + 1
        client.force_login(ben)
        assert client.get(f"/support/?ticket={ticket.pk}").status_code in {302, 404}
        assert "Self-probe" not in client.get("/support/?view=unassigned").content.decode()
        assert client.get(f"/support/api/tickets/{ticket.pk}/").status_code == 404


@pytest.mark.django_db
def test_of_old_runs_one_passed_run_an_hour_and_all_that_went_wrong_stay() -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)

    def ran(hours: float, outcome: str = "passed") -> None:
        at = now - timedelta(hours=hours)
        ProbeRun.objects.create(id=ids.new_id(), began_at=at, ended_at=at, outcome=outcome)

    for hours, outcome in (
        (1, "passed"), (1.1, "passed"), (60.2, "passed"), (60.3, "passed"), (60.4, "failed"), (60.5, "late"),
        (24 * 31, "failed"),
    ):  # fmt: skip
        ran(hours, outcome)

    assert history.thin(now, timedelta(days=30)) == 2
    assert sorted(ProbeRun.objects.values_list("outcome", flat=True)) == [
        "failed", "late", "passed", "passed", "passed",
    ]  # fmt: skip


@pytest.mark.django_db
def test_how_long_a_delay_was_stays_exact_when_old_runs_are_thinned() -> None:
    now, hour = datetime(2026, 3, 10, 12, tzinfo=UTC), datetime(2026, 3, 6, 10, tzinfo=UTC)
    for minute in range(0, 60, 5):
        at = hour + timedelta(minutes=minute)
        outcome = "failed" if minute in {20, 25, 45} else "passed"
        ProbeRun.objects.create(id=ids.new_id(), began_at=at, ended_at=at, outcome=outcome)

    history.thin(now, timedelta(days=30))
    kept = ProbeRun.objects.order_by("began_at").values_list("began_at", "outcome")
    assert [(at.minute, outcome) for at, outcome in kept] == [
        (0, "passed"), (20, "failed"), (25, "failed"), (30, "passed"), (45, "failed"), (50, "passed"),
    ]  # fmt: skip
