"""docs/performance.md and docs/sizing.md: the newest run in front, the ones before it behind, while worth comparing.

Whole runs, quick ones and those about mail stand between marks of their own; of a long thread in the browser there are
the newest figures alone.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
SIZING = DOCUMENT.with_name("sizing.md")
WHOLE = ("<!-- runs -->\n", "<!-- end of runs -->\n")
QUICK = ("<!-- quick runs -->\n", "<!-- end of quick runs -->\n")
ABLATION = ("<!-- ablation -->\n", "<!-- end of ablation -->\n")
PLOTS = ("<!-- plots -->\n", "<!-- end of plots -->\n")
SIZES = ("<!-- sizes -->\n", "<!-- end of sizes -->\n")
SIMULATED = ("<!-- simulation -->\n", "<!-- end of simulation -->\n")
FRONT = ("<!-- front end -->\n", "<!-- end of front end -->\n")
WHOLE_KEPT, QUICK_KEPT = 2, 1
SCROLLING_TABLE = (
    "| shown | elements | frames over 50 ms | longest frame, ms | a page of earlier ones, ms | a message arrives, ms |",
    "|---|---|---|---|---|---|",
)
_RUN = re.compile(r"^### ", re.MULTILINE)
_SCROLLED = re.compile(r"(?<=\n<!-- scrolling -->\n).*?(?=<!-- /scrolling -->\n)", re.DOTALL)


def add_run(lines: Sequence[str], *, is_whole: bool) -> None:
    """`lines` are a heading and all that stands below it."""
    marks, kept = (WHOLE, WHOLE_KEPT) if is_whole else (QUICK, QUICK_KEPT)
    write(lambda text: newest_first(text, marks, lines, kept))


def write(change: Callable[[str], str], document: Path = DOCUMENT) -> None:
    text = document.read_text(encoding="utf-8")
    document.write_text(change(text), encoding="utf-8")


def newest_first(text: str, marks: tuple[str, str], lines: Sequence[str], kept: int) -> str:
    """The document with this run in front of those between the marks, of which `kept` stay in all."""
    begin, end = marks
    before, found, rest = text.partition(begin)
    known, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"the document has no {begin.strip()} and {end.strip()}")
    newest = "\n".join(lines).removeprefix("### ")
    runs = [f"### {run.strip()}\n" for run in [newest, *_RUN.split(known)[1:]][:kept]]
    return before + begin + "\n" + "\n".join(runs) + "\n" + end + after


def with_scrolling(text: str, lines: Sequence[str]) -> str:
    """The document with these figures of a long thread: a heading and the rows."""
    head, *rows = lines
    section = "\n".join(["", head, "", *SCROLLING_TABLE, *rows, "", ""])
    return _SCROLLED.sub(lambda _: section, text)
