"""The arithmetic of the sizing page: what a core carries, how many processes that takes, and when nothing is said."""

import pytest

from tests.benchmarks.book import CPU, PRODUCT, RATE, Book, quantity
from tests.benchmarks.crowds import AT_REST, IDLE_WORK
from tests.benchmarks.goals import AT_100, AT_900, IDLE, ROOMS_50
from tests.benchmarks.sizing import Costs, Rate, costs_of, lines, processes

COSTS = Costs(
    rates=(
        Rate(messages=100.0, cost={"web": 1.0, "drain": 4.0, "postgres": 3.0}),  # 800 ms a second
        Rate(messages=1000.0, cost={"web": 0.4, "drain": 0.4, "postgres": 0.4}),  # 1,200
        Rate(messages=2000.0, cost={"web": 0.3, "drain": 0.2, "postgres": 0.2}),  # 1,400
    ),
    socket=0.05,
    rest=100.0,
    ticket=12.0,
    kilobytes=40.0,
)


@pytest.mark.parametrize(("work", "count"), [(800.0, 1), (801.0, 2), (0.0, 1)])
def test_a_process_is_one_core_of_which_it_may_use_four_fifths(work: float, count: int) -> None:
    assert processes(work) == count


@pytest.mark.parametrize(
    ("messages", "work"), [(50.0, 400.0), (100.0, 800.0), (550.0, 1000.0), (1500.0, 1300.0), (4000.0, 2800.0)]
)
def test_a_message_is_counted_at_the_rate_that_it_comes_at(messages: float, work: float) -> None:
    assert COSTS.work(messages) == pytest.approx(work)


def test_what_a_process_takes_is_a_part_of_it() -> None:
    assert COSTS.work(100.0, "web") == pytest.approx(100.0)
    assert COSTS.work(100.0, "web", "postgres") == pytest.approx(400.0)


def test_a_machine_carries_what_fills_it_to_six_tenths() -> None:
    for cores in (1, 2, 16):
        assert COSTS.whole(COSTS.carried(cores)) == pytest.approx(cores * 600.0, abs=0.1)


def test_the_tables_show_their_sums() -> None:
    text = "\n".join(lines(COSTS))
    assert "| a message, at 100 a second (two pages see it) | 8.00 ms |" in text
    assert "| an open socket, each second | 0.0500 ms |" in text
    assert "| everything at rest, each second | 100 ms |" in text
    assert "| a ticket over HTTP, 201 | 12.0 ms |" in text
    # 833 a second are 1,125.9 ms: (100 + 5,000 + 1,125.9) / 600
    assert (
        "(100 + 100,000 × (0.0500 + 1.35 / 120)) / 600 = **10.4 cores**; sockets processes: 7, drains: 1,"
        in text
    )
    assert "4 GB for sockets; PostgreSQL and both Valkeys use 0.4 cores." in text


def test_a_run_that_lacks_a_figure_gives_no_sizes() -> None:
    book = Book()
    for scenario, rate in ((AT_100, 100.0), (AT_900, 900.0), (ROOMS_50, 1600.0)):
        book.note(quantity(scenario, f"{CPU}, web"), PRODUCT, 0.3)
        book.note(quantity(scenario, f"{CPU}, the client"), PRODUCT, 0.2)
        book.note(quantity(scenario, RATE), PRODUCT, rate)
    book.note(IDLE_WORK, PRODUCT, 0.005)
    book.note(AT_REST, PRODUCT, 50.0)
    book.note(IDLE, PRODUCT, 40.0)
    assert costs_of(book) is None
    book.note("tickets created at 32, 201: CPU ms a request", PRODUCT, 12.0)
    found = costs_of(book)
    assert found is not None
    assert (found.rates[0], found.ticket) == (Rate(messages=100.0, cost={"web": 0.3}), 12.0)
