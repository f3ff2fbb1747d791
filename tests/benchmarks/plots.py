"""Lines over a scale, as SVG that is readable in light and dark: ours, because a plot here is two axes and a few lines.

Pure. A line breaks where nothing was measured; both axes are logarithmic, since cost and load differ by tenfolds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 100, 40, 56
COLOURS = {"product": "#2f7d5b", "inline": "#b0582a", "socket.io": "#3f6fb5", "floor": "#808080"}
OTHERS = ("#7d4fa0", "#a08a1f", "#2d8a94", "#a3406b")
STYLE = """
  svg { background: #fff } text { fill: #222; font: 12px system-ui, sans-serif }
  .title { font-size: 14px; font-weight: 600 }
  .grid { stroke: #ddd } .axis { stroke: #888 } path { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    svg { background: #16191d } text { fill: #e4e4e4 } .grid { stroke: #33383f } .axis { stroke: #777 }
    path, circle { filter: brightness(1.45) }
  }
"""
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Plot:
    """`lines` by name; a dashed `limit` is a value of y that a goal names."""

    title: str
    x: str
    y: str
    lines: Mapping[str, Points]
    limit: float | None = None


def marks(least: float, most: float) -> list[float]:
    """1, 2 and 5 of every tenfold that the values touch, from the last below to the first above."""
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    known = [step * 10.0**power for power in range(low, high + 1) for step in (1, 2, 5)]
    first = max(mark for mark in known if mark <= least * 1.0001)
    last = min(mark for mark in known if mark >= most * 0.9999)
    return [mark for mark in known if first <= mark <= last]


class _Axis:
    """From a value to a place between two ends."""

    def __init__(self, values: Sequence[float], begin: float, end: float) -> None:
        self.marks = marks(min(values), max(values))
        if len(self.marks) == 1:
            self.marks = [self.marks[0], 2 * self.marks[0]]
        self._low, self._high = math.log(self.marks[0]), math.log(self.marks[-1])
        self._begin, self._end = begin, end

    def place(self, value: float) -> float:
        share = (math.log(value) - self._low) / (self._high - self._low)
        return self._begin + share * (self._end - self._begin)


def svg(plot: Plot) -> str:
    """The picture; "" when no line has a point."""
    points = [point for line in plot.lines.values() for point in line if min(point) > 0]
    if not points:
        return ""
    ys = [y for _, y in points] + ([plot.limit] if plot.limit else [])
    x = _Axis([x for x, _ in points], LEFT, WIDTH - RIGHT)
    y = _Axis(ys, HEIGHT - BOTTOM, TOP)
    parts = [*_frame(plot, x, y), *_limit(plot, y), *_lines(plot, x, y)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return "\n".join(
        [head, f"<title>{escape(plot.title)}</title>", f"<style>{STYLE}</style>", *parts, "</svg>", ""]
    )


def _text(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def _frame(plot: Plot, x: _Axis, y: _Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [_text(LEFT, 22, plot.title, "start", ' class="title"')]
    for mark in y.marks:
        at = y.place(mark)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(_text(LEFT - 8, at + 4, f"{mark:,g}", "end"))
    for mark in x.marks:
        at = x.place(mark)
        parts.append(f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{bottom}" y2="{bottom + 4}"/>')
        parts.append(_text(at, bottom + 18, f"{mark:,g}"))
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
    parts.append(_text((LEFT + right) / 2, HEIGHT - 14, plot.x))
    turned = f' transform="rotate(-90 16 {(TOP + bottom) / 2:.0f})"'
    return [*parts, _text(16, (TOP + bottom) / 2, plot.y, "middle", turned)]


def _limit(plot: Plot, y: _Axis) -> list[str]:
    if not plot.limit:
        return []
    at = y.place(plot.limit)
    return [
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke-dasharray="5 4"/>'
    ]


def _lines(plot: Plot, x: _Axis, y: _Axis) -> list[str]:
    parts: list[str] = []
    others, taken = iter(OTHERS), list[float]()
    for name, line in sorted(plot.lines.items(), key=lambda item: -item[1][-1][1] if item[1] else 0.0):
        places = [(x.place(a), y.place(b)) for a, b in line if min(a, b) > 0]
        if not places:
            continue
        colour = COLOURS.get(name) or next(others, "#808080")
        way = " ".join(f"{'L' if number else 'M'}{a:.1f} {b:.1f}" for number, (a, b) in enumerate(places))
        parts.append(f'<path d="{way}" stroke="{colour}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in places]
        label = max(places[-1][1] + 4, taken[-1] + 15) if taken else places[-1][1] + 4
        taken.append(label)
        parts.append(_text(places[-1][0] + 9, label, name, "start"))
    return parts
