"""The book of a benchmark: percentiles, medians, ratios of neighbours, a warning for an unsteady machine."""

from pathlib import Path

from tests.benchmarks.book import INLINE, PRODUCT, Book


def book_of(ours: list[float], theirs: list[float]) -> Book:
    book = Book()
    for design, values in ((PRODUCT, ours), (INLINE, theirs)):
        for value in values:
            book.note("speed", design, value)
    return book


def test_times_become_a_rate_and_percentiles_in_milliseconds() -> None:
    book = Book()
    book.note_times("talk", PRODUCT, [number / 1000 for number in range(1, 102)], seconds=2.0)
    figures = [book.middle(f"talk: {name}", PRODUCT) for name in ("messages/s", "p50 ms", "p99 ms")]
    assert figures == [50.5, 51.0, 100.0]


def test_a_ratio_is_the_median_of_neighbours_and_not_the_ratio_of_medians() -> None:
    book = book_of([200, 150, 180], [100, 50, 90])
    assert book.middle("speed", PRODUCT) == 180
    assert book.ratio("speed", PRODUCT, INLINE) == 2.0
    assert book_of([10, 30, 20], [10, 10, 40]).ratio("speed", PRODUCT, INLINE) == 1.0  # of medians: 2.0


def test_what_one_of_the_two_lacks_has_no_ratio() -> None:
    book = book_of([200], [])
    assert book.ratio("speed", PRODUCT, INLINE) is None
    assert book.ratio("weight", PRODUCT, INLINE) is None
    assert book.middle("speed", INLINE) is None


def test_a_ratio_may_compare_two_quantities() -> None:
    book = book_of([200], [])
    book.note("pace", INLINE, 50)
    assert book.ratio("speed", PRODUCT, INLINE, than="pace") == 4.0


def test_a_machine_that_was_not_one_machine_is_named() -> None:
    steady, unsteady = Book(), Book()
    steady.spins, unsteady.spins = [30, 30, 60], [30, 76]
    assert steady.spread() == "calibration 30 ms (30 to 60)"
    assert "do not trust" in unsteady.spread()
    assert Book().spread() == "not calibrated"


def test_a_saved_book_is_read_as_it_was(tmp_path: Path) -> None:
    book = book_of([200, 150], [100])
    book.spins, book.remarks = [30.5], ["npm is not installed"]
    book.save(tmp_path / "runs" / "book.json")
    again = Book.load(tmp_path / "runs" / "book.json")
    assert (again.ratio("speed", PRODUCT, INLINE), again.spins, again.remarks) == (
        2.0,
        [30.5],
        ["npm is not installed"],
    )
