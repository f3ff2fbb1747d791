"""`make bench` and `make bench-quick`: the product and its peers, side by side, asked the same by one client.

Starts the real processes and every baseline on the same servers, measures each scenario with all of them in turn, again
and again, and prints each goal with its verdict; then puts the tables in front of those of former runs in
docs/performance.md. Ctrl-C ends it, with what was measured so far printed and nothing written.
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

FILES = 8192  # a thousand sockets of each design are open at once
KEPT = Path(".local") / "benchmarks"


@contextmanager
def staged(plan: Plan, book: Book) -> Iterator[tuple[Bench, list[str]]]:
    """Everything runs, and the rooms exist."""
    with ExitStack() as stack:
        system = stack.enter_context(product())
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
        )
        yield bench, open_tickets(system, amira, plan.rooms)


def measure(plan: Plan, book: Book) -> None:
    """Fill the book."""
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Starting", total=plan.steps)

        def step(done: str) -> None:
            progress.update(task, advance=1, description=done[:60])

        with staged(plan, book) as (bench, tickets):
            bench.step = step
            gc.collect()
            gc.freeze()
            uvloop.run(plan.beside(bench, tickets))
        for section in plan.alone:
            section(book, step)


def size(book: Book, head: str) -> None:
    """The sizing page counts with the newest run."""
    costs = sizing.costs_of(book)
    if costs is not None:
        found = [f"### From {head}", "", *sizing.lines(costs)]
        document.write(lambda text: document.newest_first(text, document.SIZES, found, 1), document.SIZING)


def main() -> None:
    """Measure, print, write down."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(least, min(most, FILES)), most))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="chat alone, three minutes at most")
    parser.add_argument(
        "--tiny", action="store_true", help="everything, and nothing for long: is it in order?"
    )
    parser.add_argument("--dry", action="store_true", help="print, and leave the document alone")
    chosen = parser.parse_args()
    plan = plans.QUICK if chosen.quick else plans.WHOLE
    if chosen.tiny:
        plan = plan.shortened()
    book, began = Book(), time.monotonic()
    slowed = slowness()
    try:
        measure(plan, book)
    except KeyboardInterrupt:
        sys.stdout.write(
            "\n".join([*report.lines(book, plan.is_whole), "", "Interrupted: nothing was written.\n"])
        )
        sys.exit(130)
    now = datetime.now(UTC)
    minutes = (time.monotonic() - began) / 60
    head = f"{now:%Y-%m-%d %H:%M} UTC: {words(slowed)}; {book.spread()}; {minutes:.0f} minutes"
    book.save(KEPT / f"{now:%Y%m%d-%H%M}.json")
    found = report.lines(book, plan.is_whole)
    sys.stdout.write("\n".join(["", head, "", *found, ""]))
    if not (chosen.dry or chosen.tiny):
        document.add_run([f"### {head}", "", *found], is_whole=plan.is_whole)
        if plan.is_whole:
            pictures.draw(book)
            size(book, head)


if __name__ == "__main__":
    main()
