"""Tags worth offering: a person's own first, then what others share; never what only one other person wrote."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core.models import User
from support import selectors
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
Queries = Callable[[int], AbstractContextManager[Any]]


def test_own_tags_come_by_how_often_they_were_used(desk: Desk, amira: User, dora: User) -> None:
    desk.ask(amira, tags=("logbook", "AHPRA"))
    desk.ask(amira, tags=("AHPRA",))
    desk.ask(dora, tags=("hers",))
    assert selectors.own_tags(amira) == ["AHPRA", "logbook"]
    assert selectors.own_tags(amira, limit=1) == ["AHPRA"]


def test_a_word_is_common_once_two_people_use_it(desk: Desk, amira: User, dora: User) -> None:
    desk.ask(amira, tags=("logbook", "AHPRA", "a name"))
    desk.ask(amira, tags=("a name", "logbook"))
    desk.ask(dora, tags=("logbook", "AHPRA"))
    assert selectors.common_tags() == ["logbook", "AHPRA"]


def test_suggestions_are_the_persons_own_then_the_common_ones(
    desk: Desk, amira: User, dora: User, ben: User
) -> None:
    desk.ask(amira, tags=("one", "two", "three", "four"))
    for person in (dora, ben):
        desk.ask(person, tags=("common", "one"))
    own = selectors.own_tags(amira)
    assert own == ["four", "one", "three", "two"]
    assert selectors.suggested_tags(own) == ["four", "one", "three", "common", "two"]
    assert selectors.suggested_tags([]) == ["one", "common"]


def test_each_list_is_one_query(
    desk: Desk, amira: User, dora: User, django_assert_num_queries: Queries
) -> None:
    for person in (amira, dora):
        desk.ask(person, tags=("logbook",))
    with django_assert_num_queries(1):
        own = selectors.own_tags(amira)
    with django_assert_num_queries(1):
        selectors.suggested_tags(own)
