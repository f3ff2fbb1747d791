"""docs/performance.md: the newest run in front, the ones before it behind, as many as are worth comparing."""

import re
from collections.abc import Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
HEADING = "## Runs\n"
KEPT = 2
TABLE = (
    "| chat | inline, messages/s | p50 / p99 ms | product, messages/s | p50 / p99 ms | ratio: messages/s | p50 | p99 |",
    "|---|---|---|---|---|---|---|---|",
)
_RUN = re.compile(r"^### ", re.MULTILINE)


def add_run(lines: Sequence[str]) -> None:
    """`lines` are a heading, an empty line and the rows."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(with_run(text, lines), encoding="utf-8")


def with_run(text: str, lines: Sequence[str]) -> str:
    """The document with this run in front of the others."""
    before, heading, after = text.partition(HEADING)
    runs = _RUN.split(after)[1:]
    heading_line, empty, *rows = lines
    newest = "\n".join([heading_line.removeprefix("### "), empty, *TABLE, *rows, ""])
    kept = [f"### {run.strip()}\n" for run in [newest, *runs][:KEPT]]
    return before + heading + "\n" + "\n".join(kept)
