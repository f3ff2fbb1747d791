"""The tables of a run: a row for each design with the product's ratios, where the processor time goes, what else."""

from tests.benchmarks.ablation import AS_IT_IS, LOOPS, TAKEN_BACK, row
from tests.benchmarks.book import CPU, INLINE, P50, P99, PRODUCT, RATE, Book, quantity
from tests.benchmarks.goals import IDLE, ROOMS_10, ROOMS_50
from tests.benchmarks.report import chat, lines, processes


def measured(book: Book, scenario: str, design: str, figures: tuple[float, float, float, float]) -> None:
    for name, value in zip((RATE, P50, P99, CPU), figures, strict=True):
        book.note(quantity(scenario, name), design, value)


def book_of_chat() -> Book:
    book = Book()
    measured(book, ROOMS_10, INLINE, (900, 10.0, 18.0, 1.1))
    measured(book, ROOMS_10, PRODUCT, (1800, 5.0, 9.0, 0.55))
    return book


def test_a_peer_has_the_products_ratios_and_the_product_has_none() -> None:
    assert chat(book_of_chat())[2:] == [
        "| 10 rooms, closed loop | inline | 900 | 10.0 / 18.0 | 1.10 | 2.00 | 0.50 | 0.50 | 0.50 |",
        "| 10 rooms, closed loop | product | 1800 | 5.0 / 9.0 | 0.55 |  |  |  |  |",
    ]


def test_processor_time_is_told_by_process_and_what_costs_nothing_is_left_out() -> None:
    book = Book()
    for name, cost in {"web": 0.31, "beat": 0.0001, "the client": 0.12}.items():
        book.note(quantity(ROOMS_50, f"{CPU}, {name}"), PRODUCT, cost)
    assert processes(book) == ["- CPU ms a message at 50 rooms, product: web 0.310, the client 0.120."]


def test_a_quick_run_names_the_goals_it_measured_and_a_whole_one_all() -> None:
    book = book_of_chat()
    book.note(IDLE, PRODUCT, 38.0)
    quick, whole = lines(book, is_whole=False), lines(book, is_whole=True)
    assert [line for line in quick if "not measured" in line] == []
    assert "| memory per idle socket, KB | ≤ 60 | ≤ 40 | 38.00 | reached, stretch too |" in quick
    assert len([line for line in whole if "not measured" in line]) == 21
    assert "| an idle socket: KB | 38 | product |" in quick


def test_a_remark_stands_below_the_goals() -> None:
    book = book_of_chat()
    book.remarks.append("npm is not installed: socket.io is left out.")
    assert "*npm is not installed: socket.io is left out.*" in lines(book, is_whole=True)


def test_what_a_setting_is_worth_is_told_by_ratios_to_the_product_as_it_is() -> None:
    book = Book()
    closed, held = (f"layer, {loop}" for loop in LOOPS)
    measured(book, closed, AS_IT_IS, (1000, 50.0, 80.0, 0.5))
    measured(book, closed, TAKEN_BACK, (500, 99.0, 180.0, 0.75))
    measured(book, held, AS_IT_IS, (200, 5.0, 10.0, 0.5))
    measured(book, held, TAKEN_BACK, (200, 6.0, 15.0, 0.6))
    assert row(book, "layer") == "| layer | 500 | 0.50 | 0.75 | 1.50 | 6.00 / 15.00 | 1.20 | 1.50 |"
