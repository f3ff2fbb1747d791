"""Colours as a browser computes them: tokens.css read, its knobs turned, oklch made sRGB, WCAG's contrast of two."""

import math
import re
from pathlib import Path
from typing import Final

TOKENS: Final = Path(__file__).parents[2] / "support" / "static" / "support" / "css" / "tokens.css"
THEMES: Final = ("light", "dark")
Linear = tuple[float, float, float]


class Tokens:
    """The tokens of one theme, with some knobs turned."""

    def __init__(self, theme: str, **knobs: float) -> None:
        text = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = text[: text.index("@supports not")]
        self._theme = THEMES.index(theme)
        self._values = {name: value.strip() for name, value in re.findall(r"--([\w-]+)\s*:\s*([^;]+);", text)}
        unknown = {name for name in knobs if name.replace("_", "-") not in self._values}
        assert not unknown, f"no such knob: {unknown}"
        self._values |= {name.replace("_", "-"): str(value) for name, value in knobs.items()}

    def colour(self, name: str, **local: float) -> Linear:
        """A token as linear sRGB; `local` are properties of the element itself."""
        return linear(self._plain(self._values[name], {key: str(value) for key, value in local.items()}))

    def _plain(self, value: str, local: dict[str, str]) -> str:
        while found := re.search(r"var\(--([\w-]+)(?:,\s*(var\([^()]*\)|[^()]*))?\)", value):
            known = local.get(found[1]) or self._values.get(found[1])
            value = value[: found.start()] + (known or found[2]) + value[found.end() :]
        if found := re.fullmatch(r"light-dark\((oklch\([^()]*\)),\s*(oklch\([^()]*\))\)", value):
            return str(found[1 + self._theme])
        return value


def linear(oklch: str) -> Linear:
    """oklch(L C h) in linear sRGB, clipped to what a screen shows."""
    numbers = re.fullmatch(r"oklch\(([\d.]+) ([\d.]+) ([\d.-]+)(?: / [\d.]+)?\)", oklch)
    assert numbers, f"not a colour: {oklch}"
    lightness, chroma, hue = (float(number) for number in numbers.groups())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return _clipped(red), _clipped(green), _clipped(blue)


def contrast(one: Linear, other: Linear) -> float:
    """WCAG 2: 1 for alike, 21 for black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Linear) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def _clipped(value: float) -> float:
    return min(1.0, max(0.0, value))
