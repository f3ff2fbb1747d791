"""Matching: who gets which waiting chat. Every small case, and what holds for all of them."""

import itertools
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.matching import REST, Asker, Helper, match

NOW = datetime(2026, 3, 10, 10, 24, tzinfo=UTC)
BEN, CHEN, DORA = (uuid.UUID(int=number) for number in (1, 2, 3))
FIRST, SECOND, THIRD = (uuid.UUID(int=number) for number in (11, 12, 13))


def asker(session_id: uuid.UUID = FIRST, waited: int = 60, **more: object) -> Asker:
    return Asker(session_id=session_id, since=NOW - timedelta(seconds=waited), **more)  # type: ignore[arg-type]


def helper(who: uuid.UUID = BEN, chats: int = 0, capacity: int = 3, since: int | None = None) -> Helper:
    last = None if since is None else NOW - timedelta(seconds=since)
    return Helper(id=who, chats=chats, capacity=capacity, last_chat_at=last)


def test_nobody_waits_or_nobody_is_there() -> None:
    assert match([], [helper()], NOW) == {}
    assert match([asker()], [], NOW) == {}


def test_the_least_busy_agent_is_asked() -> None:
    assert match([asker()], [helper(BEN, 2), helper(CHEN, 1), helper(DORA, 2)], NOW) == {FIRST: CHEN}


def test_among_equals_the_one_whose_last_chat_is_longest_ago_and_a_newcomer_first() -> None:
    assert match([asker()], [helper(BEN, since=10), helper(CHEN, since=900)], NOW) == {FIRST: CHEN}
    assert match([asker()], [helper(BEN, since=900), helper(CHEN)], NOW) == {FIRST: CHEN}


def test_nobody_is_offered_more_than_they_take() -> None:
    assert match([asker()], [helper(BEN, 3, 3), helper(CHEN, 0, 0)], NOW) == {}
    assert match([asker()], [helper(BEN, 0, 1), helper(CHEN, 4, 5)], NOW) == {FIRST: BEN}


def test_who_has_waited_longest_is_served_first() -> None:
    waiting = [asker(SECOND, 30), asker(THIRD, 10), asker(FIRST, 90)]
    assert match(waiting, [helper(BEN, 1, 3)], NOW) == {FIRST: BEN, SECOND: BEN}


def test_each_offer_makes_its_agent_busier_for_the_next() -> None:
    waiting = [asker(FIRST, 90), asker(SECOND, 60), asker(THIRD, 30)]
    assert match(waiting, [helper(BEN), helper(CHEN, 1)], NOW) == {FIRST: BEN, SECOND: BEN, THIRD: CHEN}


def test_the_tickets_own_agent_goes_before_all_others_while_they_have_room() -> None:
    theirs = asker(assignee=CHEN)
    assert match([theirs], [helper(BEN), helper(CHEN, 2)], NOW) == {FIRST: CHEN}
    assert match([theirs], [helper(BEN), helper(CHEN, 3)], NOW) == {FIRST: BEN}


@pytest.mark.parametrize(
    ("ago", "asked"), [(timedelta(0), False), (REST - timedelta(microseconds=1), False), (REST, True)]
)
def test_who_let_a_chat_pass_is_left_in_peace_for_two_minutes(ago: timedelta, asked: bool) -> None:
    passed = asker(passes={BEN: NOW - ago})
    assert match([passed], [helper(BEN)], NOW) == ({FIRST: BEN} if asked else {})
    assert match([passed], [helper(BEN), helper(CHEN, 2)], NOW) == {FIRST: BEN if asked else CHEN}


def test_a_chat_that_nobody_may_take_holds_up_none_behind_it() -> None:
    stuck = asker(FIRST, 90, passes={BEN: NOW})
    assert match([stuck, asker(SECOND, 10)], [helper(BEN, 2, 3)], NOW) == {SECOND: BEN}


def every_small_case() -> Iterator[tuple[list[Asker], list[Helper]]]:
    """Two chats and two agents in every combination of load, capacity, pass and assignment: 6,561 cases."""
    loads = list(itertools.product(range(3), range(3)))
    for (ben, chen), passed, assignee in itertools.product(
        itertools.product(loads, loads),
        itertools.product(*([[(), (BEN,), (CHEN,)]] * 2)),
        itertools.product(*([[None, BEN, CHEN]] * 2)),
    ):
        waiting = [
            asker(chat, waited, passes=dict.fromkeys(who, NOW), assignee=whose)
            for chat, waited, who, whose in zip((FIRST, SECOND), (60, 30), passed, assignee, strict=True)
        ]
        yield waiting, [helper(BEN, *ben), helper(CHEN, *chen)]


def test_every_small_case_is_what_the_rules_say_read_one_by_one() -> None:
    cases = 0
    for waiting, there in every_small_case():
        expected: dict[uuid.UUID, uuid.UUID] = {}
        load = {who.id: who.chats for who in there}
        for chat in waiting:  # longest first as written
            able = [who for who in there if load[who.id] < who.capacity and who.id not in chat.passes]
            own = [who for who in able if who.id == chat.assignee]
            if not able:
                continue
            least = min(load[who.id] for who in able)
            chosen = own[0] if own else next(who for who in able if load[who.id] == least)
            expected[chat.session_id] = chosen.id
            load[chosen.id] += 1
        assert match(waiting, there, NOW) == expected, (waiting, there)
        cases += 1
    assert cases == 6561


IDS = [uuid.UUID(int=number) for number in range(1, 9)]
MOMENTS = st.integers(0, 600).map(lambda seconds: NOW - timedelta(seconds=seconds))
HELPERS = st.lists(
    st.builds(
        Helper,
        id=st.sampled_from(IDS),
        chats=st.integers(0, 4),
        capacity=st.integers(0, 4),
        last_chat_at=st.none() | MOMENTS,
    ),
    unique_by=lambda who: who.id,
)
ASKERS = st.lists(
    st.builds(
        Asker,
        session_id=st.integers(100, 130).map(lambda number: uuid.UUID(int=number)),
        since=MOMENTS,
        assignee=st.none() | st.sampled_from(IDS),
        passes=st.dictionaries(st.sampled_from(IDS), MOMENTS),
    ),
    unique_by=lambda chat: chat.session_id,
)


@given(ASKERS, HELPERS)
def test_whatever_waits_and_whoever_is_there(waiting: list[Asker], there: list[Helper]) -> None:
    offers = match(waiting, there, NOW)
    known = {who.id: who for who in there}
    load = {who.id: who.chats + list(offers.values()).count(who.id) for who in there}
    by_id = {chat.session_id: chat for chat in waiting}

    assert set(offers) <= set(by_id)
    for chat, who in offers.items():
        passed = by_id[chat].passes.get(who)
        assert load[who] <= known[who].capacity
        assert passed is None or NOW - passed >= REST
    for left in waiting:
        if left.session_id not in offers:  # nobody who could take it has room left
            able = [w for w in there if NOW - left.passes.get(w.id, NOW - REST) >= REST]
            assert all(load[who.id] >= who.capacity for who in able)


@given(st.data(), ASKERS, HELPERS)
def test_the_order_of_rows_decides_nothing(
    data: st.DataObject, waiting: list[Asker], there: list[Helper]
) -> None:
    again = match(data.draw(st.permutations(waiting)), data.draw(st.permutations(there)), NOW)
    assert again == match(waiting, there, NOW)
