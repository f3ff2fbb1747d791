"""The section of docs/performance.md about mail: the newest run in front, one before it behind."""

from collections.abc import Sequence

from tests.benchmarks.document import newest_first, write

MARKS = ("<!-- mail runs -->\n", "<!-- end of mail runs -->\n")
KEPT = 2
TABLE = (
    "| sent by | mails | seconds | mails/s | connections | chat p50 / p95 ms meanwhile |",
    "|---|---|---|---|---|---|",
)


def add_run(lines: Sequence[str]) -> None:
    """`lines` are a heading and the rows."""
    write(lambda text: with_run(text, lines))


def with_run(text: str, lines: Sequence[str]) -> str:
    """The document with this run in front of the one before."""
    heading, *rows = lines
    return newest_first(text, MARKS, [heading, "", *TABLE, *rows], KEPT)
