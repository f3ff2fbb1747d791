"""Judging: each hop that is late is named, with since when; a system that is well never is."""

from dataclasses import replace
from typing import Any

import pytest

from core import judging
from core.beacons import Beacon
from core.canaries import LIVE, Arrival, Deafness, Marks
from core.judging import Hop, Noticed
from core.queues import PROMISES

NOW = 10_000.0
FAMILIES = ("drain", "quick", "patient")


def queues_of(family: str) -> list[str]:
    return [promise.name for promise in PROMISES if promise.family == family]


def lit(family: str, ago: float = 1.0, queues: list[str] | None = None) -> Beacon:
    return Beacon(name=f"{family}@host", at=NOW - ago, queues=queues_of(family) if queues is None else queues)


WELL = Marks(
    seen={
        "log:0": Arrival(NOW - 8, NOW - 7.9),
        "email": Arrival(NOW - 8, NOW - 7.5),
        LIVE: Arrival(NOW - 8, NOW - 7.8),
    },
    beacons=(*map(lit, FAMILIES), Beacon(name="beat@host", at=NOW - 1)),
)


def hop(family: str, marks: Marks, noticed: Noticed | None = None) -> Hop:
    return judging.workers(family, marks, noticed or Noticed(), NOW)


@pytest.mark.parametrize("family", FAMILIES)
def test_who_is_there_and_takes_what_is_sent_is_well(family: str) -> None:
    assert (hop(family, WELL).ok, hop(family, WELL).since) == (True, None)


def test_the_last_canary_says_when_and_how_long() -> None:
    found = hop("drain", WELL)

    assert found.canary_at == NOW - 7.9
    assert found.latency == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("family", "sentence"),
    [
        ("drain", "Drains: no drain worker has been heard of for 12 s."),
        ("quick", "Quick workers: no worker for broadcast has been heard of for 12 s."),
        ("patient", "Patient workers: no worker for email has been heard of for 12 s."),
    ],
)
def test_a_family_without_a_beacon_is_named(family: str, sentence: str) -> None:
    others = [lit(each) for each in FAMILIES if each != family]
    found = hop(family, replace(WELL, beacons=(*others, lit(family, ago=12.0))))

    assert (found.ok, found.sentence, found.since) == (False, sentence, NOW - 12)


def test_a_queue_that_nobody_serves_is_named_though_its_family_is_there() -> None:
    served = [name for name in queues_of("quick") if name != "chats"]
    beacons = (lit("quick", queues=served), lit("quick", ago=30.0))
    found = hop("quick", replace(WELL, beacons=beacons))

    assert found.sentence == "Quick workers: no worker for chats has been heard of for 30 s."


def test_a_second_worker_is_enough() -> None:
    dead = Beacon(name="quick@other", at=NOW - 500, queues=queues_of("quick"))

    assert hop("quick", replace(WELL, beacons=(*WELL.beacons, dead))).ok


def test_nobody_is_called_silent_before_there_was_time_to_hear_them() -> None:
    noticed, nobody = Noticed(), Marks()
    answers = [judging.workers("quick", nobody, noticed, NOW + at).since for at in (0, 5, 9, 10)]

    assert answers == [None, None, None, NOW]


@pytest.mark.parametrize(
    ("family", "lane", "patience", "sentence"),
    [
        ("drain", "log:0", 5, "Drains: what was accepted has waited for 6 s to be stored."),
        ("quick", "unread", 5, "Quick workers: what is in unread has waited for 6 s."),
        ("patient", "email", 30, "Patient workers: what is in email has waited for 31 s."),
    ],
)
def test_a_canary_that_is_out_for_too_long_names_its_lane(
    family: str, lane: str, patience: int, sentence: str
) -> None:
    in_time = replace(WELL, out={lane: NOW - patience})
    late = replace(WELL, out={lane: NOW - patience - 1})

    assert hop(family, in_time).ok
    assert (hop(family, late).sentence, hop(family, late).since) == (sentence, NOW - patience - 1)
    assert hop(family, late).waiting == patience + 1


def test_a_beat_that_does_not_ring_is_named() -> None:
    silent = replace(WELL, beacons=(Beacon(name="beat@host", at=NOW - 11),))

    assert judging.beat(WELL, Noticed(), NOW).ok
    assert judging.beat(silent, Noticed(), NOW).sentence == "Beat: it has not rung for 11 s."


def test_web_processes_that_hear_nothing_are_counted() -> None:
    one, two = Deafness(NOW - 20, NOW), Deafness(NOW - 30, NOW)

    assert judging.live_updates(WELL, NOW).ok
    assert judging.live_updates(replace(WELL, deaf=(one,)), NOW).sentence == (
        "Live updates: 1 web process has heard no broadcast for 20 s."
    )
    found = judging.live_updates(replace(WELL, deaf=(one, two)), NOW)
    assert found.sentence == "Live updates: 2 web processes have heard no broadcast for 30 s."
    assert found.since == NOW - 30


@pytest.mark.parametrize(
    ("oldest", "facts"),
    [
        (0.0, {"ok": True, "sentence": "Nothing waits in the command log.", "waiting": None}),
        (2.0, {"ok": True, "sentence": "The oldest command has waited for 2.0 s.", "waiting": 2.0}),
        (
            31.0,
            {"ok": False, "sentence": "Drains: the oldest command has waited for 31.0 s.", "since": NOW - 31},
        ),
    ],
)
def test_the_head_of_the_log_counts_too(oldest: float, facts: dict[str, Any]) -> None:
    found = judging.log_head(hop("drain", WELL), oldest, NOW)

    assert {name: getattr(found, name) for name in facts} == facts
