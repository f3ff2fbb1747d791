"""The plots: marks of the axes, where a point lies, what is left out, and that the picture is one."""

import xml.etree.ElementTree as ET

import pytest

from tests.benchmarks.book import INLINE, P99, PRODUCT, Book, quantity
from tests.benchmarks.pictures import plots
from tests.benchmarks.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Plot, marks, svg

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314  (our own words)


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (1, 200, [1, 2, 5, 10, 20, 50, 100, 200]),
        (3, 11, [2, 5, 10, 20]),
        (0.3, 0.9, [0.2, 0.5, 1]),
        (5, 5, [5]),
    ],
)
def test_marks_embrace_the_values(least: float, most: float, expected: list[float]) -> None:
    assert marks(least, most) == pytest.approx(expected)


def test_the_first_and_the_last_point_lie_at_the_ends_of_the_axes() -> None:
    picture = parsed(
        svg(Plot(title="t", x="x", y="y", lines={"product": [(1, 10), (10, 31.6228), (100, 100)]}))
    )
    dots = [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in picture.iter(f"{SVG}circle")]
    middle = ((LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2)
    assert dots == [(LEFT, HEIGHT - BOTTOM), pytest.approx(middle, abs=0.1), (WIDTH - RIGHT, TOP)]


def test_a_title_is_text_and_never_markup() -> None:
    picture = svg(Plot(title="p99 < 50 & more", x="x", y="y", lines={"product": [(1, 1)]}))
    assert parsed(picture).findtext(f"{SVG}title") == "p99 < 50 & more"


def test_what_was_not_measured_is_left_out_and_nothing_at_all_is_no_picture() -> None:
    lines = {"product": [(1, 1), (2, 0), (3, 4)], "inline": []}
    picture = parsed(svg(Plot(title="t", x="x", y="y", lines=lines)))
    assert len(list(picture.iter(f"{SVG}circle"))) == 2
    assert len(list(picture.iter(f"{SVG}path"))) == 1
    assert svg(Plot(title="t", x="x", y="y", lines={"inline": []})) == ""


def test_the_steps_of_the_climb_are_a_line_over_the_rate() -> None:
    book = Book()
    for rate, design, taken in ((800, PRODUCT, 9), (400, PRODUCT, 5), (400, PRODUCT, 7), (400, INLINE, 30)):
        book.note(quantity(f"at {rate}/s", P99), design, taken)
    lines = plots(book)["bench-latency.svg"].lines
    assert (lines[PRODUCT], lines[INLINE]) == ([(400, 6), (800, 9)], [(400, 30)])


def test_of_each_size_the_slowest_question_of_a_kind_is_its_point() -> None:
    book = Book()
    for name, tickets, taken in (("inbox", "1,000", 5), ("own", "1,000", 9), ("inbox", "100,000", 7)):
        book.note(f"list: {name}, at {tickets} tickets: ms", PRODUCT, taken)
    book.note("search: own, at 1,000 tickets: ms", PRODUCT, 40)
    assert plots(book)["bench-volume.svg"].lines["list"] == [(1000, 9), (100_000, 7)]
