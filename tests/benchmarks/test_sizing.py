"""The arithmetic of the sizing page: what a core carries, how many processes that takes, and when nothing is said."""

import pytest

from tests.benchmarks.book import CPU, PRODUCT, Book, quantity
from tests.benchmarks.crowds import IDLE_WORK
from tests.benchmarks.goals import IDLE, ROOMS_50
from tests.benchmarks.sizing import Costs, costs_of, lines, processes

COSTS = Costs(
    message={"web": 0.24, "drain": 0.16, "postgres": 0.1, "quick": 0.1},
    socket=0.005,
    ticket=12.0,
    kilobytes=40.0,
)


@pytest.mark.parametrize(
    ("rate", "cost", "count"), [(800, 1.0, 1), (801, 1.0, 2), (4000, 0.2, 1), (10, 0.0, 1)]
)
def test_a_process_is_one_core_of_which_it_may_use_four_fifths(rate: float, cost: float, count: int) -> None:
    assert processes(rate, cost) == count


def test_the_tables_show_their_sums() -> None:
    text = "\n".join(lines(COSTS))
    assert "| a message (two pages see it) | 0.60 ms | 1,000 a second |" in text
    assert "| an open socket, each second | 0.0050 ms | 120,000 sockets |" in text
    assert "| a ticket over HTTP, 201 | 12.0 ms | 50 a second |" in text
    # 0.005 + 0.6 / 120 = 0.01 ms a socket and second: a core at 600 ms carries 60,000.
    assert "| 2 | 120,000 | 1,000 | 2 | 1 | 4.6 GB |" in text
    assert "100,000 × (0.0050 + 0.60 / 120) / 600 = **2 cores**" in text


def test_a_run_that_lacks_a_figure_gives_no_sizes() -> None:
    book = Book()
    book.note(quantity(ROOMS_50, f"{CPU}, web"), PRODUCT, 0.3)
    book.note(quantity(ROOMS_50, f"{CPU}, the client"), PRODUCT, 0.2)
    book.note(IDLE_WORK, PRODUCT, 0.005)
    book.note(IDLE, PRODUCT, 40.0)
    assert costs_of(book) is None
    book.note("tickets created at 32, 201: CPU ms a request", PRODUCT, 12.0)
    found = costs_of(book)
    assert found is not None
    assert (found.message, found.ticket) == ({"web": 0.3}, 12.0)
