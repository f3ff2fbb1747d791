"""Measures: counted in memory by each process, together in one place, kept while Valkey is away, never in the way."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from core import measured, measures, valkey
from core.measures import ANNOUNCED, SEEN, SOCKETS, STEPS, STORED, Tally
from tests.system.waiting import until

AWAY = "unix:///nonexistent/valkey.sock"
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def counts(steps: measured.Steps) -> dict[str, int]:
    return {step: histogram.count for step, histogram in steps.items() if histogram.count}


def test_what_several_processes_count_is_one_sum() -> None:
    for seconds in (0.1, 0.2):
        process = Tally()
        process.note(STORED, [seconds, seconds])
        process.note(SEEN, [1.5])
        process.write()
    total = measured.since_the_beginning()

    assert counts(total) == {STORED: 4, SEEN: 2}
    assert total[STORED].seconds == pytest.approx(0.6)
    assert total[SEEN].seconds == pytest.approx(3.0)
    assert set(total) == set(STEPS)


def test_a_batch_costs_one_round_trip_and_a_few_fields() -> None:
    process = Tally()
    process.note(STORED, [0.02] * 200)
    process.write()

    assert valkey.ephemeral().hlen(measures.TOTAL) == 2


def test_minutes_are_apart_and_forgotten_after_an_hour() -> None:
    for minutes_ago in (70, 59, 6, 4, 0):
        process = Tally()
        with time_machine.travel(NOON - timedelta(minutes=minutes_ago), tick=False):
            process.note(ANNOUNCED, [0.1])
            process.write()
    with time_machine.travel(NOON, tick=False):
        recent = measured.of_the_last([5, 60])

    assert (counts(recent[5]), counts(recent[60])) == ({ANNOUNCED: 2}, {ANNOUNCED: 4})
    slot = measures.slot_key(int(NOON.timestamp()) // 60)
    assert 3600 < valkey.ephemeral().ttl(slot) <= measures.KEPT_SECONDS


def test_while_valkey_is_away_counts_are_kept_and_written_once_it_is_back(settings: Any) -> None:
    url, process = settings.REDIS_URL, Tally()
    settings.REDIS_URL = AWAY
    process.note(STORED, [0.1])
    process.write()
    process.note(STORED, [0.1])
    process.say(SOCKETS, 3)
    process.write()
    assert process.something.is_set()
    settings.REDIS_URL = url
    process.write()
    process.write()

    assert counts(measured.since_the_beginning()) == {STORED: 2}
    assert measured.levels(SOCKETS) == [3]


def test_a_clock_that_is_behind_makes_nothing_negative() -> None:
    process = Tally()
    process.note(STORED, [-0.4])
    process.write()

    assert measured.since_the_beginning()[STORED].seconds == 0.0
    assert measured.since_the_beginning()[STORED].counts[0] == 1


def test_a_thread_writes_what_the_process_counts() -> None:
    measures.note(STORED, [0.1])
    until(lambda: counts(measured.since_the_beginning()), what="it is written")

    assert counts(measured.since_the_beginning()) == {STORED: 1}


def test_a_child_counts_for_itself() -> None:
    measures.note(STORED, [0.1])
    child = os.fork()
    if child == 0:
        measures.note(STORED, [0.2])
        measures.tally().write()
        os._exit(0)
    os.waitpid(child, 0)
    measures.tally().write()

    assert counts(measured.since_the_beginning()) == {STORED: 2}


class TestLevels:
    def test_the_last_word_of_each_process_counts(self) -> None:
        first, second = Tally(), Tally()
        second._who = "other:1"
        for process, held in ((first, 5), (first, 7), (second, 2)):
            process.say(SOCKETS, held)
            process.write()

        assert sorted(measured.levels(SOCKETS)) == [2, 7]
        assert measured.levels(measures.BEAT_DRIFT) == []

    def test_who_is_silent_does_not_count_and_is_forgotten_by_the_next_process(self) -> None:
        with time_machine.travel(NOON, tick=False):
            gone = Tally()
            gone.say(SOCKETS, 5)
            gone.write()
        with time_machine.travel(NOON + timedelta(seconds=11), tick=False):
            assert measured.levels(SOCKETS) == []
        assert valkey.ephemeral().hlen(measures.LEVELS) == 1
        next_one = Tally()
        next_one.note(STORED, [0.1])
        next_one.write()

        assert valkey.ephemeral().hlen(measures.LEVELS) == 0
