"""What a page says outside the marks of an invented language: whatever nobody can translate.

Reads the text and the attributes that people read or hear; leaves out scripts, styles and what is marked as data of
people. The data of these tests is Greek, so that every Latin word outside the marks is ours.
"""

import re
from html.parser import HTMLParser
from typing import Final

from core.pseudo import CLOSING, OPENING

SPOKEN: Final = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title"}
SILENT: Final = {"script", "style", "svg", "symbol"}
VOID: Final = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "use",
    "wbr",
}
WORD: Final = re.compile(r"[A-Za-z]{2,}")
# The brand, references, zones and their cities; addresses; keys of a keyboard; each language in its own words.
DATA: Final = re.compile(
    r"PsychPATH|Psych|PATH|PP-\d+|AE[DS]T|CSV|Melbourne|Ctrl|Enter|End|Esc|en-xa|ar-xb|https?://\S+|[\w.+-]+@[\w.-]+|\b[a-z]+\d+\b|PsychP"
    r"|[^\n]+ \(UTC[+-]\d\d:\d\d\)|English \(Australia\)|Deutsch|[A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+|UTC"
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.said += [str(value) for name, value in attrs if name in SPOKEN and value]
        if tag == "input" and given.get("type") in {"submit", "button"}:
            self.said.append(given.get("value") or "")
        if tag in SILENT:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def untranslated(page: str) -> list[str]:
    """The words of a page that stand outside every mark."""
    reader = _Reader()
    reader.feed(page)
    # A mark may open in one piece and close in another: <b> inside a sentence.
    text = "\n".join(reader.said)
    found = [" ".join(piece.split()) for piece in outside(text).split("\n")]
    return list(dict.fromkeys(piece for piece in found if WORD.search(DATA.sub("", piece))))


def outside(text: str) -> str:
    """The text without what is between marks, which may stand inside each other."""
    kept, depth = [], 0
    for character in text:
        depth += character == OPENING
        if not depth:
            kept.append(character)
        depth -= character == CLOSING
    return "".join(kept)
