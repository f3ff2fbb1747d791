"""The table of docs/reliability.md keeps its order and its other rows, and shows nothing that did not hold."""

import re
from pathlib import Path
from typing import Literal

import pytest

from tests.faults import table
from tests.faults.table import DOCUMENT, EXPERIMENTS, HEAD, experiments, struck, with_row

EMPTY = f"# Title\n\n{HEAD}\n|---|---|---|---|---|---|\n\nAfter.\n"


def names(text: str) -> list[str]:
    return [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| C")]


def test_a_row_comes_to_its_place_and_replaces_its_former_self() -> None:
    text = with_row(EMPTY, "C9", "closed after 1.2 s", 1.0)
    text = with_row(text, "C10", "never", 3.0)
    text = with_row(text, "C1", "200 back", 1.0)
    text = with_row(text, "C9", "closed after 0.9 s", 1.0)
    assert names(text) == ["C1", "C9", "C10"]
    assert "closed after 1.2 s" not in text
    assert "slowed 3.0 × by other work" in text
    assert text.startswith("# Title\n")
    assert text.endswith("\n\nAfter.\n")


def test_the_document_has_the_table_and_no_row_that_nobody_writes() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert HEAD in text
    assert set(names(text)) <= EXPERIMENTS.keys()


def test_what_failed_is_struck_until_another_run() -> None:
    text = with_row(with_row(EMPTY, "C9", "closed after 1.2 s", 1.0), "C1", "200 back", 1.0)
    text = struck(text, "C9", "2026-11-27 07:10")
    assert names(text) == ["C1", "C9"]
    assert "closed after 1.2 s" not in text
    assert "| not held in the run of 2026-11-27 07:10 | – | – |" in text
    assert with_row(text, "C9", "closed after 0.9 s", 1.0, "2026-11-27 07:10") == text
    text = with_row(text, "C9", "closed after 0.9 s", 1.0, "2026-11-28 07:10")
    assert "not held" not in text
    assert "closed after 0.9 s" in text


def test_what_was_never_measured_is_struck_too() -> None:
    text = struck(EMPTY, "C9", "2026-11-27 07:10")
    assert names(text) == ["C9"]
    assert with_row(text, "C9", "closed after 0.9 s", 1.0, "2026-11-27 07:10") == text


def test_whatever_fails_of_a_test_strikes_its_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    document = tmp_path / "reliability.md"
    document.write_text(EMPTY, encoding="utf-8")
    monkeypatch.setattr(table, "DOCUMENT", document)
    monkeypatch.setattr(table, "RUN", "2026-11-27 07:10")

    def tell(when: Literal["setup", "call", "teardown"], outcome: Literal["passed", "failed"]) -> str:
        name = "tests/faults/test_withdrawn.py::test_c9_a_page_is_closed[gita]"
        report = pytest.TestReport(name, (name, 1, name), {}, outcome, None, when)
        table.pytest_runtest_logreport(report)
        table.measured("C9", "closed after 1.2 s")
        return document.read_text(encoding="utf-8")

    assert "closed after 1.2 s" in tell("call", "passed")
    assert "not held in the run of 2026-11-27 07:10" in tell("teardown", "failed")
    assert "closed after 1.2 s" not in tell("setup", "passed")


def test_a_test_names_its_experiments() -> None:
    assert experiments("tests/faults/test_hosts.py::test_n1_n2_n3_several_hosts") == {"N1", "N2", "N3"}
    assert experiments("tests/faults/test_backups.py::test_nothing_is_missing[R2]") == {"R2"}
    assert experiments("tests/faults/c9.py::test_two_drains_race_on_one_shard") == set()


def test_every_experiment_is_named_by_a_test() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("*.py")]
    known = [
        name for text in sources for name in re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE)
    ]
    named = set().union(*(experiments(f"::{name}") for name in known))
    assert EXPERIMENTS.keys() - named == {"R1", "R2"}  # parameters of one test
