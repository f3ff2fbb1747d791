"""The styles keep the rules of docs/design.md: one order of layers, colours from tokens, directions that can turn."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT

CSS: Final = ROOT / "support" / "static" / "support" / "css"
SHEETS: Final = sorted(CSS.glob("*.css"))
LAYERS: Final = ["reset", "tokens", "base", "components", "layouts", "utilities"]
# `right` and `left` are fine as words of a gradient or a text's background where no logical word exists.
PHYSICAL: Final = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:"
    r"|text-align:\s*(?:left|right)"
)
# Four values: the second is the right side, the fourth the left, whichever way the language reads.
SHORTHAND: Final = re.compile(r"(?<![\w-])((?:(?:scroll-)?(?:margin|padding)|inset)\s*:\s*([^;{}]+))")
VALUE: Final = re.compile(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+")
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklab)a?\(|\boklch\((?!from var\()")

every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)


def rules(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_order_of_the_layers_is_declared_once() -> None:
    declared = [order for sheet in SHEETS for order in re.findall(r"@layer ([\w, ]+);", rules(sheet))]

    assert declared == [", ".join(LAYERS)]


@every_sheet
def test_everything_is_in_a_layer(sheet: Path) -> None:
    depth, outside = 0, []
    for piece in re.findall(r"[{}]|[^{}]+", rules(sheet)):
        if depth == 0 and piece.strip() not in "{}":
            outside += [line.strip() for line in piece.split(";") if line.strip()]
        depth += {"{": 1, "}": -1}.get(piece, 0)

    outside = [
        line for line in outside if not line.startswith("@import ")
    ]  # of a sheet that is looked at itself
    assert [line for line in outside if not line.startswith("@layer ")] == []
    assert {line.removeprefix("@layer ") for line in outside} <= {*LAYERS, ", ".join(LAYERS)}


@every_sheet
def test_colours_come_from_tokens(sheet: Path) -> None:
    if sheet.name != "tokens.css":
        assert COLOUR.findall(rules(sheet)) == []


@every_sheet
def test_directions_turn_with_the_language(sheet: Path) -> None:
    media = re.sub(r"@(?:media|container)[^{]*\{", "{", rules(sheet))

    assert PHYSICAL.findall(media) == []
    assert [found for found, values in SHORTHAND.findall(media) if sides_differ(values)] == []


def sides_differ(values: str) -> bool:
    _, right, _, left = (VALUE.findall(values) + [""] * 4)[:4]
    return bool(left) and left != right


def test_a_shorthand_with_other_sides_is_found() -> None:
    values = [
        "0 1rem 0 0",
        "0 auto 0 max(1rem, calc((100vw - 2rem) / 2))",
        "0 1rem 2rem 1rem",
        "0 1rem 0",
        "0",
    ]

    assert [sides_differ(value) for value in values] == [True, True, False, False, False]


@every_sheet
def test_every_token_that_is_used_exists(sheet: Path) -> None:
    set_anywhere = {name for path in SHEETS for name in re.findall(r"(--[\w-]+)\s*:", rules(path))}
    scripts = "".join(path.read_text(encoding="utf-8") for path in (CSS.parent / "js").rglob("*.js"))
    set_anywhere |= set(re.findall(r'setProperty\("(--[\w-]+)"', scripts))
    # With a fallback (a comma) it may be missing.
    used = set(re.findall(r"var\((--[\w-]+)\)", rules(sheet)))

    assert used - set_anywhere == set()
