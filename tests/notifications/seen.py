"""A mail as its reader sees it: the colours of every word in either scheme, read from inline styles and the dark block.

Knows what our mails use: inline `color` and `background`, and class and tag selectors with ancestors in the block.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

VOID: Final = {"meta", "br", "img", "link", "hr", "input"}
UNSEEN: Final = {"title", "style", "script", "head"}
RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
HEX: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Word:
    """Some text, its colour and what is behind it."""

    text: str
    colour: str
    behind: str

    @property
    def contrast(self) -> float:
        """As WCAG counts it."""
        light, dark = sorted((_luminance(self.colour), _luminance(self.behind)), reverse=True)
        return (light + 0.05) / (dark + 0.05)


class _Reader(HTMLParser):
    def __init__(self, rules: list[tuple[list[str], str, str]]) -> None:
        super().__init__()
        self.rules, self.words = rules, list[Word]()
        self.path: list[tuple[str, set[str], str, str, bool]] = [("", set(), "#000000", "#ffffff", True)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        given = {name: value or "" for name, value in attrs}
        _, _, colour, behind, shown = self.path[-1]
        classes, style = set(given.get("class", "").split()), given.get("style", "")
        colour = _last(style, "color") or colour
        behind = _last(style, "background") or behind
        chain = [(one[0], one[1]) for one in self.path] + [(tag, classes)]
        for selector, name, value in self.rules:
            if _matches(selector, chain):
                colour, behind = (value, behind) if name == "color" else (colour, value)
        shown = shown and tag not in UNSEEN and "display: none" not in style
        self.path.append((tag, classes, colour, behind, shown))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.path.pop()

    def handle_data(self, data: str) -> None:
        _, _, colour, behind, shown = self.path[-1]
        if shown and data.strip("\u200b\u200c\xa0 \n"):
            self.words.append(Word(data.strip(), colour, behind))


def words_of(html: str, *, dark: bool) -> list[Word]:
    """Every piece of text that is shown."""
    reader = _Reader(_rules(html) if dark else [])
    reader.feed(html)
    return reader.words


def _rules(html: str) -> list[tuple[list[str], str, str]]:
    block = html.partition("(prefers-color-scheme: dark) {")[2].partition("</style>")[0]
    found = []
    for selectors, body in RULE.findall(block):
        for name, value in re.findall(
            r"(color|background): (#[0-9a-f]{6})", body.replace("border-color", "")
        ):
            found += [(selector.split(), name, value) for selector in selectors.split(",")]
    return sorted(found, key=lambda rule: _weight(rule[0]))  # of equal ones the later wins, as in a browser


def _weight(selector: list[str]) -> tuple[int, int]:
    classes = sum(one.startswith(".") for one in selector)
    return classes, len(selector) - classes


def _matches(selector: list[str], chain: list[tuple[str, set[str]]]) -> bool:
    *ancestors, last = selector
    if not _is(last, chain[-1]):
        return False
    rest = iter(chain[:-1])
    return all(any(_is(one, place) for place in rest) for one in ancestors)


def _is(simple: str, place: tuple[str, set[str]]) -> bool:
    return simple[1:] in place[1] if simple.startswith(".") else simple == place[0]


def _last(style: str, name: str) -> str:
    values = re.findall(rf"(?:^|;)\s*{name}:\s*(#[0-9a-f]{{6}})", style)
    return values[-1] if values else ""


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
