"""Figures and document of the benchmark: medians, ratios, a warning for an unsteady machine, two runs kept."""

from tests.benchmarks.document import with_run, with_scrolling
from tests.benchmarks.figures import INLINE, PRODUCT, Figure, row, spread

REPEATS = {
    INLINE: [Figure(100, 10.0, 20.0, 30), Figure(50, 20.0, 40.0, 30), Figure(90, 11.0, 22.0, 31)],
    PRODUCT: [Figure(200, 5.0, 30.0, 30), Figure(150, 10.0, 60.0, 30), Figure(180, 5.5, 11.0, 32)],
}


def test_percentiles_are_in_milliseconds() -> None:
    figure = Figure.of([number / 1000 for number in range(1, 102)], seconds=2.0, spin=30)
    assert (figure.rate, figure.p50, figure.p99) == (50.5, 51.0, 100.0)


def test_a_row_has_medians_and_the_median_of_neighbours_ratios() -> None:
    expected = "| 10 rooms | 90 | 11.0 / 22.0 | 180 | 5.5 / 30.0 | 2.00 | 0.50 | 1.50 |"
    assert row("10 rooms", REPEATS) == expected


def test_a_machine_that_was_not_one_machine_is_named() -> None:
    steady, unsteady = [Figure(1, 1, 1, 30), Figure(1, 1, 1, 60)], [Figure(1, 1, 1, 30), Figure(1, 1, 1, 76)]
    assert spread(steady) == "calibration 45 ms (30 to 60)"
    assert "do not trust" in spread(unsteady)


def test_the_document_keeps_the_newest_runs_in_front() -> None:
    text = "# Title\n\n## Runs\n"
    for name in ("first", "second", "third"):
        text = with_run(text, [f"### {name}", "", f"| row of {name} |"])
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# Title", "## Runs", "### third", "### second"]
    assert text.count("| row of") == 2


def test_the_figures_of_a_long_thread_take_the_place_of_older_ones_and_of_nothing_else() -> None:
    text = "# Title\n\n<!-- scrolling -->\nolder ones\n<!-- /scrolling -->\n\n## Runs\n"
    once = with_scrolling(text, ["of today", "| 50 |", "| 1000 |"])
    assert with_scrolling(once, ["of today", "| 50 |", "| 1000 |"]) == once
    assert (once.count("of today"), once.count("| 1000 |"), once.count("older")) == (1, 1, 0)
    assert once.startswith("# Title\n\n<!-- scrolling -->\n")
    assert once.endswith("<!-- /scrolling -->\n\n## Runs\n")
