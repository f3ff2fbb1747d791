"""Whatever the knobs say, words can be read and controls be seen: WCAG's 4.5:1 and 3:1 in both themes."""

import pytest

from tests.support.colours import THEMES, Tokens, contrast, linear

HUES = range(0, 360, 30)
TONES = ("neutral", "info", "success", "warning", "danger", "note")
# Words and what they stand on.
WORDS = [
    *(
        (text, ground)
        for text in ("text", "text-2", "text-3")
        for ground in ("bg", "surface", "surface-2", "raised")
    ),
    ("text", "surface-3"),
    ("text-2", "surface-3"),
    ("text", "brand-soft"),
    ("text-2", "brand-soft"),
    ("text", "brand-soft-2"),
    *(("brand-text", ground) for ground in ("bg", "surface", "surface-2", "brand-soft", "brand-soft-2")),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-accent", "accent"),
    ("accent", "bg"),
    *((f"{tone}-fg", f"{tone}-bg") for tone in TONES),
    ("danger-fg", "surface"),
    ("danger-fg", "bg"),
    ("text", "note-bg"),
    ("text", "danger-bg"),
    ("text", "warning-bg"),
    ("note-fg", "note-line"),
    ("toast-fg", "toast-bg"),
    ("rail-fg", "rail-bg"),
    ("on-rail-badge", "rail-badge"),
]
# Edges, shapes and rings that must be seen, and what is around them.
SHAPES = [
    ("line-control", "surface"),
    ("line-control", "bg"),
    ("brand", "surface"),
    ("brand", "bg"),
    *(("focus", ground) for ground in ("bg", "surface", "surface-2", "surface-3", "brand-soft")),
    *((f"{tone}-solid", "surface") for tone in TONES),
    *((presence, "surface") for presence in ("online", "away", "offline")),
    ("danger-solid", "bg"),
    ("rail-mark", "rail-bg"),
]

in_both_themes = pytest.mark.parametrize("theme", THEMES)


def too_faint(tokens: Tokens, pairs: list[tuple[str, str]], least: float) -> list[str]:
    ratios = {
        f"{fore} on {ground}": contrast(tokens.colour(fore), tokens.colour(ground)) for fore, ground in pairs
    }
    return [f"{pair}: {ratio:.2f}" for pair, ratio in ratios.items() if ratio < least]


def test_the_arithmetic_is_wcags() -> None:
    """Black on white, and the product's teal against the value a colour picker gives."""
    assert contrast(linear("oklch(0 0 0)"), linear("oklch(1 0 0)")) == pytest.approx(21, abs=0.01)
    assert contrast(linear("oklch(0.46 0.078 192)"), linear("oklch(1 0 0)")) == pytest.approx(6.86, abs=0.1)


@in_both_themes
@pytest.mark.parametrize("chroma", [0, 0.078, 0.12])
@pytest.mark.parametrize("hue", HUES)
def test_every_brand_can_be_read(theme: str, hue: int, chroma: float) -> None:
    tokens = Tokens(theme, brand_hue=hue, brand_chroma=chroma)

    assert too_faint(tokens, WORDS, 4.5) == []
    assert too_faint(tokens, SHAPES, 3) == []


@in_both_themes
@pytest.mark.parametrize("hue", HUES)
def test_every_accent_and_every_grey_can_be_read(theme: str, hue: int) -> None:
    tokens = Tokens(theme, accent_hue=hue, neutral_hue=hue, neutral_chroma=0.012)

    assert too_faint(tokens, WORDS, 4.5) == []
    assert too_faint(tokens, SHAPES, 3) == []


@in_both_themes
@pytest.mark.parametrize("hue", [20, 58, 95, 145, 192, 245, 290, 335])
def test_everybodys_initials_can_be_read(theme: str, hue: int) -> None:
    tokens = Tokens(theme)

    assert contrast(tokens.colour("avatar-fg", h=hue), tokens.colour("avatar-bg", h=hue)) >= 4.5
