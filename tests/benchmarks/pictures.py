"""The plots of a whole run: which figures of the book become which lines. Written beside docs/performance.md."""

import re
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.book import CPU, FLOOR, INLINE, P50, P99, PRODUCT, RATE, SOCKET, Book, quantity
from tests.benchmarks.chatting import CLOSED, LONGEST
from tests.benchmarks.crowds import SIZES
from tests.benchmarks.document import DOCUMENT
from tests.benchmarks.goals import FAN_OUT
from tests.benchmarks.plots import Plot, Points, svg
from tests.benchmarks.volume_document import KINDS

FOLDER = DOCUMENT.parent / "images"
CHATTING = (PRODUCT, INLINE, SOCKET)
_RATE = re.compile(rf"at (\d+)/s: {P99}")
_TICKETS = re.compile(r"([a-z ]+): .*, at ([\d,]+) tickets: ms")


def plots(book: Book) -> dict[str, Plot]:
    """By the name of the file."""
    return {**_of_chat(book), **_of_growth(book)}


def _of_chat(book: Book) -> dict[str, Plot]:
    return {
        "bench-latency.svg": Plot(
            title="Seen by the other page: p99 against the rate, 50 rooms, open loop",
            x="messages a second",
            y="p99, ms (dashed: 50)",
            lines={design: _by_rate(book, design) for design in CHATTING},
            limit=1000 * LONGEST,
        ),
        "bench-throughput.svg": Plot(
            title="Messages a second against rooms, closed loop",
            x="rooms",
            y="messages a second",
            lines={design: _by_rooms(book, design, RATE) for design in CHATTING},
        ),
        "bench-cost.svg": Plot(
            title="Processor time of a message against rooms",
            x="rooms",
            y="CPU ms a message, all processes",
            lines={design: _by_rooms(book, design, CPU) for design in CHATTING},
        ),
        "bench-rooms.svg": Plot(
            title="Seen by the other page: p50 against rooms, closed loop",
            x="rooms",
            y="p50, ms",
            lines={design: _by_rooms(book, design, P50) for design in CHATTING},
        ),
    }


def _of_growth(book: Book) -> dict[str, Plot]:
    return {
        "bench-fan-out.svg": Plot(
            title="One message to many pages: until the last has it",
            x="pages of one thread",
            y="ms",
            lines={design: _by_readers(book, design) for design in (*CHATTING, FLOOR)},
        ),
        "bench-volume.svg": Plot(
            title="The slowest list, search, home and ticket page against tickets",
            x="tickets",
            y="ms, median",
            lines={kind: _by_tickets(book, kind) for kind in KINDS},
        ),
    }


def draw(book: Book) -> list[str]:
    """Write every plot that has a point; the lines of the document that show them."""
    shown = []
    for name, plot in plots(book).items():
        if picture := svg(plot):
            (FOLDER / name).write_text(picture, encoding="utf-8")
            shown += [f"![{plot.title}](images/{name})", ""]
    return shown


def _present(points: Sequence[tuple[float, float | None]]) -> Points:
    return [(x, y) for x, y in points if y is not None]


def _by_rate(book: Book, design: str) -> Points:
    found = [(float(match[1]), book.values[what]) for what in book.values if (match := _RATE.fullmatch(what))]
    return sorted((rate, median(designs[design])) for rate, designs in found if design in designs)


def _by_rooms(book: Book, design: str, figure: str) -> Points:
    return _present([(count, book.middle(quantity(name, figure), design)) for name, count in CLOSED.items()])


def _by_tickets(book: Book, kind: str) -> Points:
    """Of each size the question of this kind that takes longest."""
    slowest: dict[float, float] = {}
    for what, designs in book.values.items():
        match = _TICKETS.fullmatch(what)
        if match and match[1] == kind:
            tickets = float(match[2].replace(",", ""))
            slowest[tickets] = max(slowest.get(tickets, 0.0), median(designs[PRODUCT]))
    return sorted(slowest.items())


def _by_readers(book: Book, design: str) -> Points:
    return _present([(size, book.middle(FAN_OUT.format(words), design)) for words, size in SIZES.items()])
