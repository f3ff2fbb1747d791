"""What a book says, as the tables that people read. Pure."""

from collections.abc import Iterable, Sequence

from tests.benchmarks import goals
from tests.benchmarks.book import CPU, INLINE, P50, P99, PRODUCT, RATE, SOCKET, Book, quantity
from tests.benchmarks.goals import AT_100, AT_900, AT_LIMIT, ROOMS_1, ROOMS_10, ROOMS_50, ROOMS_200

CHAT = (ROOMS_1, ROOMS_10, ROOMS_50, ROOMS_200, AT_100, AT_900, AT_LIMIT)
DESIGNS = (INLINE, SOCKET, PRODUCT)
CHAT_HEAD = (
    "| chat | by | messages/s | p50 / p99 ms | CPU ms a message | product / it: messages/s | p50 | p99 | CPU |",
    "|---|---|---|---|---|---|---|---|---|",
)


def lines(book: Book, is_whole: bool) -> list[str]:
    """The tables of a run, goals first."""
    found = [*goals.table(book)] if is_whole else [*goals.table(book, _measured(book))]
    found += [line for remark in book.remarks for line in ("", f"*{remark}*")]
    for part in (chat(book), processes(book)):
        found += ["", *part] if part else []
    if others := list(_others(book)):
        found += ["", "| also measured | median | of |", "|---|---|---|", *others]
    return found


def chat(book: Book) -> list[str]:
    """A row for each scenario and design."""
    rows = [row for scenario in CHAT for design in DESIGNS if (row := _chat_row(book, scenario, design))]
    return [*CHAT_HEAD, *rows] if rows else []


def processes(book: Book) -> list[str]:
    """Where the processor time of a message goes, at fifty rooms."""
    found = []
    for design in DESIGNS:
        begin = quantity(ROOMS_50, f"{CPU}, ")
        names = [what.removeprefix(begin) for what in book.values if what.startswith(begin)]
        cells = [
            f"{name} {value:.3f}"
            for name in names
            if (value := book.middle(begin + name, design)) is not None and value >= 0.0005
        ]
        if cells:
            found.append(f"- CPU ms a message at 50 rooms, {design}: {', '.join(cells)}.")
    return found


def _measured(book: Book) -> Sequence[goals.Goal]:
    return [goal for goal in goals.GOALS if goal.value(book) is not None]


def _chat_row(book: Book, scenario: str, design: str) -> str:
    whats = [quantity(scenario, figure) for figure in (RATE, P50, P99, CPU)]
    values = [book.middle(what, design) for what in whats]
    if None in values:
        return ""
    rate, p50, p99, cpu = (value or 0.0 for value in values)
    ratios = [] if design == PRODUCT else [book.ratio(what, PRODUCT, design) for what in whats]
    cells = [scenario, design, f"{rate:.0f}", f"{p50:.1f} / {p99:.1f}", f"{cpu:.2f}"]
    cells += [f"{ratio:.2f}" if ratio is not None else "" for ratio in ratios or [None] * 4]
    return f"| {' | '.join(cells)} |"


def _others(book: Book) -> Iterable[str]:
    """Everything else, but for the steps by which a rate was found and shares of the processor."""
    told = {quantity(scenario, figure) for scenario in CHAT for figure in (RATE, P50, P99, CPU)}
    for what, designs in book.values.items():
        if what in told or what.startswith(("at ", "echo: ")) or f"{CPU}, " in what:
            continue
        for design in designs:
            yield f"| {what} | {book.middle(what, design):.4g} | {design} |"
