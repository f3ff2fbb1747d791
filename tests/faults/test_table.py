"""The table of docs/reliability.md keeps its order and its other rows."""

from tests.faults.table import DOCUMENT, EXPERIMENTS, HEAD, with_row

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
