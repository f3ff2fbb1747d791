"""docs/performance.md: the newest run in front, so many kept, everything outside the marks as it was."""

import pytest

from tests.benchmarks.document import (
    ABLATION,
    DOCUMENT,
    FRONT,
    PLOTS,
    QUICK,
    SIMULATED,
    SIZES,
    SIZING,
    WHOLE,
    newest_first,
    with_scrolling,
)
from tests.benchmarks.mail_document import MARKS, with_run
from tests.benchmarks.volume_document import MARKS as VOLUME

PLAIN = "# Title\n\n" + "".join(f"{begin}{end}\nafter\n\n" for begin, end in (WHOLE, QUICK, MARKS))


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


def test_the_newest_run_stands_in_front_and_the_third_is_forgotten() -> None:
    text = PLAIN
    for name in ("first", "second", "third"):
        text = newest_first(text, WHOLE, [f"### {name}", "", "#### Part", f"| row of {name} |"], 2)
    assert headings(text) == ["# Title", "### third", "#### Part", "### second", "#### Part"]
    assert text.count("| row of") == 2


def test_the_kinds_of_runs_leave_each_other_alone() -> None:
    text = newest_first(PLAIN, WHOLE, ["### whole", "", "| 1 |"], 2)
    text = newest_first(text, QUICK, ["### quick", "", "| 2 |"], 1)
    text = with_run(text, ["### mail", "| 3 |"])
    assert headings(text) == ["# Title", "### whole", "### quick", "### mail"]
    assert text.count("\nafter\n") == 3


def test_a_document_without_the_marks_is_an_error_and_no_lost_run() -> None:
    with pytest.raises(ValueError, match="quick runs"):
        newest_first("# Title\n", QUICK, ["### run"], 1)


def test_the_document_has_all_marks_once() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    kinds = (WHOLE, PLOTS, QUICK, ABLATION, MARKS, FRONT, VOLUME)
    assert [text.count(mark) for marks in kinds for mark in marks] == [1] * 14
    text = SIZING.read_text(encoding="utf-8")
    assert [text.count(mark) for marks in (SIZES, SIMULATED) for mark in marks] == [1] * 4


def test_the_figures_of_a_long_thread_take_the_place_of_older_ones_and_of_nothing_else() -> None:
    text = "# Title\n\n<!-- scrolling -->\nolder ones\n<!-- /scrolling -->\n\n## Runs\n"
    once = with_scrolling(text, ["of today", "| 50 |", "| 1000 |"])
    assert with_scrolling(once, ["of today", "| 50 |", "| 1000 |"]) == once
    assert (once.count("of today"), once.count("| 1000 |"), once.count("older")) == (1, 1, 0)
    assert once.startswith("# Title\n\n<!-- scrolling -->\n")
    assert once.endswith("<!-- /scrolling -->\n\n## Runs\n")
