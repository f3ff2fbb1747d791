"""The section of docs/performance.md about mail: the newest run in front, one before it behind."""

import re
from collections.abc import Sequence

from tests.benchmarks.document import DOCUMENT

BEGIN, END = "<!-- mail runs -->\n", "<!-- end of mail runs -->\n"
KEPT = 2
TABLE = (
    "| sent by | mails | seconds | mails/s | connections | chat p50 / p95 ms meanwhile |",
    "|---|---|---|---|---|---|",
)
_RUN = re.compile(r"^### ", re.MULTILINE)


def add_run(lines: Sequence[str]) -> None:
    """`lines` are a heading and the rows."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(with_run(text, lines), encoding="utf-8")


def with_run(text: str, lines: Sequence[str]) -> str:
    """The document with this run in front of the one before."""
    before, _, rest = text.partition(BEGIN)
    known, _, after = rest.partition(END)
    heading, *rows = lines
    newest = "\n".join([heading.removeprefix("### "), "", *TABLE, *rows, ""])
    kept = [f"### {run.strip()}\n" for run in [newest, *_RUN.split(known)[1:]][:KEPT]]
    return before + BEGIN + "\n" + "\n".join(kept) + "\n" + END + after
