"""docs/performance.md: the newest run in front, the ones before it behind, as many as are worth comparing.

Of a long thread in the browser the newest figures alone, in a section of their own.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
HEADING = "## Runs\n"
KEPT = 2
TABLE = (
    "| chat | inline, messages/s | p50 / p99 ms | product, messages/s | p50 / p99 ms | ratio: messages/s | p50 | p99 |",
    "|---|---|---|---|---|---|---|---|",
)
SCROLLING_TABLE = (
    "| shown | elements | frames over 50 ms | longest frame, ms | a page of earlier ones, ms | a message arrives, ms |",
    "|---|---|---|---|---|---|",
)
_RUN = re.compile(r"^### ", re.MULTILINE)
_SCROLLED = re.compile(r"(?<=\n<!-- scrolling -->\n).*?(?=<!-- /scrolling -->\n)", re.DOTALL)


def add_run(lines: Sequence[str]) -> None:
    """`lines` are a heading, an empty line and the rows."""
    write(lambda text: with_run(text, lines))


def write(change: Callable[[str], str]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(change(text), encoding="utf-8")


def with_scrolling(text: str, lines: Sequence[str]) -> str:
    """The document with these figures of a long thread: a heading and the rows."""
    head, *rows = lines
    section = "\n".join(["", head, "", *SCROLLING_TABLE, *rows, "", ""])
    return _SCROLLED.sub(lambda _: section, text)


def with_run(text: str, lines: Sequence[str]) -> str:
    """The document with this run in front of the others."""
    before, heading, after = text.partition(HEADING)
    runs = _RUN.split(after)[1:]
    heading_line, empty, *rows = lines
    newest = "\n".join([heading_line.removeprefix("### "), empty, *TABLE, *rows, ""])
    kept = [f"### {run.strip()}\n" for run in [newest, *runs][:KEPT]]
    return before + heading + "\n" + "\n".join(kept)
