"""Pulse: a beat that does not get through its table any more is ended; one that waits for its broker never is."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from core import beacons
from core.celery import app
from tests.system.waiting import until
from workers import pulse, ticking
from workers.pulse import Scheduler, Watch
from workers.ticking import Drift, Pulse


def silences(*looks: tuple[float, float, bool]) -> list[float | None]:
    judge = Pulse(began=0.0)
    return [judge.stopped_for(at, ticked_at, broker=broker) for at, ticked_at, broker in looks]


def test_twenty_seconds_without_a_tick_are_too_many() -> None:
    assert silences(*[(float(at), 4.0, True) for at in range(0, 26, 2)]) == [None] * 12 + [20.0]


def test_one_that_ticks_is_well() -> None:
    assert not any(silences(*[(float(at), float(at), True) for at in range(0, 600, 2)]))


def test_while_the_broker_is_away_waiting_is_right_and_so_is_the_sleep_afterwards() -> None:
    away = [(float(at), 4.0, False) for at in range(0, 102, 2)]
    back = [(float(at), 4.0, True) for at in range(102, 152, 2)]

    assert silences(*away, *back) == [None] * 75 + [20.0]


def test_a_process_that_was_stopped_saw_nothing() -> None:
    assert silences((0.0, 0.0, True), (2.0, 2.0, True), (3600.0, 2.0, True)) == [None, None, None]


def test_a_scheduler_that_hangs_is_noticed_by_the_thread_beside_it(
    monkeypatch: Any, tmp_path: Any, settings: Any
) -> None:
    """Beat's own class over the real broker, with the seconds of a shorter day."""
    monkeypatch.setattr(pulse, "LOOK_SECONDS", 0.02)
    for name in ("PATIENCE", "PATIENCE_WHILE_CONNECTING"):
        monkeypatch.setattr(ticking, name, 0.2)
    said: list[str] = []
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "beat"))
    scheduler.tick()
    watch = Watch(scheduler, said.append)
    watch.start()
    try:
        until(lambda: said, what="the watch says that nothing was rung")
    finally:
        watch.over.set()
        watch.join()
        scheduler.close()

    assert said[0].startswith("pulse: beat@")
    assert " has not rung for " in said[0]
    [beacon] = beacons.read()
    assert beacon.name.startswith("beat@")


def test_a_clock_that_is_set_back_silences_nobody_neither_at_once_nor_after_a_restart(tmp_path: Any) -> None:
    began, back = datetime(2026, 3, 10, 10, 24, tzinfo=UTC), timedelta(minutes=10)
    schedule = str(tmp_path / "beat")

    def rung_within_a_moment(scheduler: Scheduler, clock: Any) -> set[str]:
        scheduler.drift = Drift()
        scheduler.tick()
        clock.shift(2.5)
        while scheduler.tick() == 0:
            pass
        return set(scheduler.drift._rang_at)

    with time_machine.travel(began, tick=False) as clock:
        scheduler = Scheduler(app=app, schedule_filename=schedule)
        first = rung_within_a_moment(scheduler, clock)
        clock.shift(-back)
        then = rung_within_a_moment(scheduler, clock)
        scheduler.close()
        clock.shift(-back)
        scheduler = Scheduler(app=app, schedule_filename=schedule)
        restarted = rung_within_a_moment(scheduler, clock)
        scheduler.close()

    assert ["sweep the command log" in rung for rung in (first, then, restarted)] == [True] * 3


class TestDrift:
    def test_it_is_what_a_gap_had_too_much(self) -> None:
        drift = Drift()
        for at in (0.0, 2.0, 4.5):
            drift.rang("sweep", 2.0, at)
        drift.rang("look after chats", 5.0, 4.5)

        assert drift.worst(4.5) == 0.5

    def test_the_worst_is_told_for_a_minute(self) -> None:
        drift = Drift()
        for at in (0.0, 5.0, 7.0):
            drift.rang("sweep", 2.0, at)

        assert (drift.worst(65.0), drift.worst(65.1), drift.worst(600.0)) == (3.0, 0.0, 0.0)

    def test_a_scheduler_notes_what_it_rings_for(self, tmp_path: Any) -> None:
        scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "beat"))
        entry = scheduler.Entry(name="sweep", task="persistence.sweep", schedule=2.0, app=app)
        for _ in range(2):
            scheduler.apply_entry(entry)
        scheduler.close()

        assert scheduler.drift.worst(time.monotonic()) == 0.0
        assert list(scheduler.drift._rang_at) == ["sweep"]
