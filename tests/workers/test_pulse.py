"""Pulse: a beat that does not get through its table any more is ended; one that waits for its broker never is."""

from typing import Any

from core import beacons
from core.celery import app
from tests.system.waiting import until
from workers import pulse, ticking
from workers.pulse import Scheduler, Watch
from workers.ticking import Pulse


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
