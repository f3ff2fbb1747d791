"""The section of docs/performance.md about mail: how to read it, the newest run in front, one before it behind."""

import re
from collections.abc import Sequence

from tests.benchmarks.document import DOCUMENT, HEADING

BEGIN, END = "<!-- mail runs -->\n", "<!-- end of mail runs -->\n"
KEPT = 2
TABLE = (
    "| sent by | mails | seconds | mails/s | connections | chat p50 / p95 ms meanwhile |",
    "|---|---|---|---|---|---|",
)
SECTION = f"""## Mail to a thousand

`make bench-mail` opens one ticket that a thousand agents are told of by mail (`RECIPIENTS=…` for another
number), on a mail server on loopback that takes everything, and sends the same mails again by the two designs
to beat: **a connection for each mail**, and **a bare `smtplib` loop** on one connection. One room chats at 20
messages a second all the while.

- The product does what the loops do not: it claims, asks again for rights, wishes, suppression and breakers,
  renders text and HTML for each reader in their language, and settles a row for each mail. The loops send bytes
  that exist already; the bare loop is what no product can beat.
- Chat is what others feel of it. Compare with *no mail* of the same run.

{BEGIN}{END}
"""
_RUN = re.compile(r"^### ", re.MULTILINE)


def add_run(lines: Sequence[str]) -> None:
    """`lines` are a heading and the rows."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(with_run(text, lines), encoding="utf-8")


def with_run(text: str, lines: Sequence[str]) -> str:
    """The document with this run in front of the one before."""
    if BEGIN not in text:
        text = text.replace(HEADING, SECTION + HEADING, 1)
    before, _, rest = text.partition(BEGIN)
    known, _, after = rest.partition(END)
    heading, *rows = lines
    newest = "\n".join([heading.removeprefix("### "), "", *TABLE, *rows, ""])
    kept = [f"### {run.strip()}\n" for run in [newest, *_RUN.split(known)[1:]][:KEPT]]
    return before + BEGIN + "\n" + "\n".join(kept) + "\n" + END + after
