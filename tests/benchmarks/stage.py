"""The stage of a benchmark: the product's processes and, beside them on the same servers, every baseline.

`Stage` is a context manager; whatever it started ends with it. A `Design` is what a measurement needs to know of one:
where it is, how it frames, whose processor time is its own.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.benchmarks.book import FLOOR, INLINE, PRODUCT
from tests.benchmarks.dialects import PLAIN, Dialect
from tests.system.ports import free_port
from tests.system.processes import System, is_live
from tests.system.waiting import until

TABLES = """
CREATE TABLE benchmark_message (
    id uuid PRIMARY KEY, ticket_id uuid NOT NULL, author_id uuid NOT NULL, body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON benchmark_message (ticket_id);
CREATE TABLE benchmark_ticket (
    id uuid PRIMARY KEY, requester_id uuid NOT NULL, number bigint GENERATED ALWAYS AS IDENTITY, subject text NOT NULL,
    description text NOT NULL, priority text NOT NULL, ticket_type text NOT NULL, tags jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON benchmark_ticket (requester_id, created_at)
"""
# Opening hundreds of tickets is not about mail either; the ledger has its rows all the same.
NEWS_BY_MAIL_OFF = """UPDATE notifications_preference SET muted = muted || '["new_ticket:email"]'::jsonb"""
APPLICATION = "core.asgi:application"
SERVERS = ("postgres", "durable", "ephemeral")


@dataclass(frozen=True)
class Design:
    """`processes` and `servers` are those whose processor time a message of this design costs."""

    name: str
    url: str
    dialect: Dialect
    processes: tuple[str, ...]
    servers: tuple[str, ...]

    @property
    def everything(self) -> tuple[str, ...]:
        return self.processes + self.servers


@contextmanager
def product(**environment: str) -> Iterator[System]:
    """The product's processes; nobody gets mail, and the baselines have their tables.

    No fail points: at each of them a process looks for a file.
    """
    system = System(FAIL_POINTS="", **environment)
    try:
        system.start()
        system.mail_nobody()
        system.execute(NEWS_BY_MAIL_OFF)
        system.execute(TABLES)
        yield system
    finally:
        system.stop()


def the_product(system: System) -> Design:
    """As the system runs it."""
    return Design(PRODUCT, system.url, PLAIN, tuple(system.commands), SERVERS)


def beside(system: System, alias: str, application: str, **environment: str) -> str:
    """Another application behind the web's server with the same options; its address."""
    port = free_port()
    command = system.commands["web"].words({**system.environment, "PORT": str(port)})
    words = [application if word == APPLICATION else word for word in command]
    return await_web(
        system, alias, port, lambda: system.run("web", alias=alias, command=words, environment=environment)
    )


def await_web(system: System, alias: str, port: int, start: Callable[[], None]) -> str:
    """Start it and wait until it answers; its address."""
    start()
    url = f"http://127.0.0.1:{port}"
    until(lambda: is_live(url), 300, what=f"{alias} answers\n{system.log(alias)}")
    return url


def start_inline(system: System) -> Design:
    """The tuned consumer that writes each message itself."""
    url = beside(system, INLINE, "tests.benchmarks.inline:application")
    return Design(INLINE, url, PLAIN, (INLINE,), ("postgres", "ephemeral"))


def start_floor(system: System) -> Design:
    """The raw write loop: no admission, no store."""
    port = free_port()
    command = ["python", "-m", "tests.benchmarks.floor", str(port)]
    url = await_web(system, FLOOR, port, lambda: system.run("web", alias=FLOOR, command=command))
    return Design(FLOOR, url, PLAIN, (FLOOR,), ())
