"""The delays there were: begun by the first run that found it, ended by the first that found everything well."""

from datetime import UTC, datetime, timedelta

from support.uptime.past import Past, bad_since, delays_of
from tests.support.uptime.runs import check

AT = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def test_consecutive_runs_are_one_delay_with_all_that_was_noticed() -> None:
    found = delays_of(
        [
            check(at(0)),
            check(at(5), "mail"),
            check(at(10), "store"),
            check(at(15), "react", "late"),
            check(at(20)),
        ]
    )
    assert found == [Past(began=at(5), ended=at(20), kinds=("storing", "live", "mail"))]
    assert found[0].length == timedelta(minutes=15)


def test_the_newest_is_first_and_one_that_lasts_has_no_end() -> None:
    found = delays_of([check(at(0), "store"), check(at(5)), check(at(10), "mail"), check(at(15), "mail")])
    assert [(past.began, past.ended) for past in found] == [(at(10), None), (at(0), at(5))]
    assert found[0].length is None


def test_to_be_slower_for_once_is_no_delay() -> None:
    assert delays_of([check(at(0), "store", "late"), check(at(5), "mail", "late"), check(at(10))]) == []


def test_nothing_was_found_where_nobody_looked() -> None:
    assert delays_of([]) == []
    assert bad_since([], "chat") is None


def test_a_part_is_late_since_the_first_of_the_newest_runs_that_say_so() -> None:
    checks = [check(at(0), "mail"), check(at(5)), check(at(10), "mail", "late"), check(at(15), "mail")]
    assert bad_since(checks, "email") == at(10)
    assert bad_since(checks, "tickets") is None
