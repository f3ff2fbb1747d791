"""What is drawn: the total to the message, unevenly spread, the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median

import pytest

from support.volume.draws import SPAN, Draft, Ending, Size, drafts

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def drawn(tickets: int, messages: int, seed: int = 1) -> list[Draft]:
    return list(drafts(Size(tickets=tickets, messages=messages, seed=seed), Random(seed), NOW))


@pytest.mark.parametrize(("tickets", "messages"), [(1, 0), (1, 7), (50, 3), (1000, 10_000), (1000, 0)])
def test_there_are_as_many_as_asked_for(tickets: int, messages: int) -> None:
    found = drawn(tickets, messages)
    assert (len(found), sum(draft.messages for draft in found)) == (tickets, messages)
    assert min(draft.messages for draft in found) >= 0


def test_few_threads_are_long_and_few_people_ask_much() -> None:
    found = drawn(20_000, 200_000)
    lengths = sorted(draft.messages for draft in found)
    asked = Counter(draft.requester for draft in found)
    assert sum(lengths[-200:]) > 200_000 * 0.1  # one in a hundred threads has a tenth of all that was said
    assert median(lengths) < 6
    assert asked.most_common(1)[0][1] > 20 * median(asked.values())
    assert len(asked) > 1900


def test_the_old_are_done_and_of_the_new_about_half_is_not() -> None:
    found = drawn(20_000, 0)
    new = [draft for draft in found if NOW - draft.opened_at < timedelta(days=14)]
    old = [draft for draft in found if NOW - draft.opened_at > timedelta(days=61)]
    active = Counter(draft.ending for draft in found if not draft.is_done)
    assert 0.5 < sum(not draft.is_done for draft in new) / len(new) < 0.6
    assert sum(not draft.is_done for draft in old) / len(old) < 0.005
    assert set(active) == {Ending.UNTAKEN, Ending.IN_PROGRESS, Ending.WAITING}
    assert [draft.opened_at for draft in found] == sorted(draft.opened_at for draft in found)
    assert NOW - SPAN <= found[0].opened_at < NOW - SPAN * 0.99


def test_a_seed_draws_the_same_and_another_does_not() -> None:
    assert drawn(100, 900, 7) == drawn(100, 900, 7) != drawn(100, 900, 8)
