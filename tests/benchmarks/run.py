"""`make bench` and `make bench-quick`: the product and its peers, side by side, asked the same by one client.

Starts the real processes and every baseline on the same servers, measures each scenario with all of them in turn, again
and again, and prints each goal with its verdict; then puts the tables in front of those of former runs in
docs/performance.md. Ended early, by Ctrl-C or a failure, it prints what was measured so far and writes nothing.
"""

import argparse
import gc
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import Progress

from tests.benchmarks import document, pictures, plans, report, sizing
from tests.benchmarks.bench import Bench
from tests.benchmarks.book import FLOOR, INLINE, PRODUCT, SOCKET, Book
from tests.benchmarks.node import NotHere, start_socket_io
from tests.benchmarks.plans import Plan
from tests.benchmarks.stage import product, start_floor, start_inline, the_product
from tests.benchmarks.tickets import open_tickets
from tests.system.machine import slowness, words
from tests.system.people import Person

WAITERS = "64"  # half of them may wait for a commit: as many as ask at once
FILES = 8192  # a thousand sockets of each design are open at once
KEPT = Path(".local") / "bench.json"


@contextmanager
def staged(plan: Plan, book: Book) -> Iterator[tuple[Bench, list[str]]]:
    """Everything runs, and the rooms exist."""
    with ExitStack() as stack:
        system = stack.enter_context(product(WEB_THREADS=WAITERS))
        amira, ben = (stack.enter_context(Person(system, name)) for name in ("amira", "ben"))
        designs = {INLINE: start_inline(system), PRODUCT: the_product(system)}
        try:
            designs[SOCKET] = start_socket_io(system, amira)
        except NotHere as why:
            book.remarks.append(str(why))
        if plan.is_whole:
            designs[FLOOR] = start_floor(system)
        bench = Bench(
            system=system,
            people=(amira, ben),
            designs=designs,
            book=book,
            seconds=plan.seconds,
            repeats=plan.repeats,
            sockets=plan.sockets,
            backlog=plan.backlog,
        )
        yield bench, open_tickets(system, amira, plan.rooms)


def measure(plan: Plan, book: Book) -> None:
    """Fill the book."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Starting", total=plan.steps)

        def step(done: str) -> None:
            progress.update(task, advance=1, description=done[:60])

        if plan.beside:
            with staged(plan, book) as (bench, tickets):
                bench.step = step
                gc.collect()
                gc.freeze()
                uvloop.run(plan.measure(bench, tickets))
        for section in plan.alone.values():
            section(book, step)


def keep(book: Book, plan: Plan, head: str, found: list[str]) -> None:
    """The document has the run; of a whole one there are plots, and the sizing page counts with it."""
    document.add_run([f"### {head}", "", *found], is_whole=plan.is_whole)
    if not plan.is_whole:
        return
    book.save(KEPT)
    shown = [f"### From {head}", "", *pictures.draw(book)]
    document.write(lambda text: document.newest_first(text, document.PLOTS, shown, 1))
    if costs := sizing.costs_of(book):
        sizes = [f"### From {head}", "", *sizing.lines(costs)]
        document.write(lambda text: document.newest_first(text, document.SIZES, sizes, 1), document.SIZING)


def asked() -> argparse.Namespace:
    """What to measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    sections = ", ".join([*plans.WHOLE.beside, *plans.WHOLE.alone])
    parser.add_argument("--quick", action="store_true", help="chat alone, three minutes at most")
    parser.add_argument(
        "--tiny", action="store_true", help="nothing for long: is it in order? Nothing is written"
    )
    parser.add_argument("--only", nargs="+", default=[], help=f"of {sections}; nothing is written")
    parser.add_argument("--dry", action="store_true", help="nothing is written")
    return parser.parse_args()


def main() -> None:
    """Measure, print, write down."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(least, min(most, FILES)), most))
    chosen = asked()
    plan = plans.QUICK if chosen.quick else plans.WHOLE
    plan = plan.shortened() if chosen.tiny else plan
    plan = plan.only(chosen.only) if chosen.only else plan
    book, began, slowed = Book(), time.monotonic(), slowness()
    try:
        measure(plan, book)
    except BaseException as why:
        found = [*report.lines(book, plan.is_whole), "", "Not finished: nothing was written.", ""]
        sys.stdout.write("\n".join(found))
        if not isinstance(why, KeyboardInterrupt):
            raise
        sys.exit(130)
    now = datetime.now(UTC)
    minutes = (time.monotonic() - began) / 60
    head = f"{now:%Y-%m-%d %H:%M} UTC: {words(slowed)}; {book.spread()}; {minutes:.0f} minutes"
    found = report.lines(book, plan.is_whole)
    sys.stdout.write("\n".join(["", head, "", *found, ""]))
    if not (chosen.dry or chosen.tiny or chosen.only):
        keep(book, plan, head, found)


if __name__ == "__main__":
    main()
