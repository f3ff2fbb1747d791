"""Processes of a running system whose lines to its servers can go wrong, though no server does (`tests.system.proxy`).

Promises: every connection of theirs goes through a proxy, over TCP; those of the others and of the tests do not.
Afterwards they run as before. Used by experiments as a context manager.
"""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from core.embedded import Urls
from tests.system.processes import System
from tests.system.proxy import Proxy
from tests.system.waiting import until


@contextmanager
def proxied(system: System, *names: str) -> Iterator[dict[str, Proxy]]:
    """The proxies, by the name of their server, of the processes with these names."""
    with ExitStack() as stack:
        paths = _sockets(system.fleet.urls)
        proxies = {server: stack.enter_context(Proxy(str(path))) for server, path in paths.items()}
        try:
            _start_anew(system, names, _addresses(proxies).environment())
            yield proxies
        finally:
            for proxy in proxies.values():
                proxy.pass_on()
            _start_anew(system, names, {})


def _sockets(urls: Urls) -> dict[str, Path]:
    return {
        "postgres": Path(str(conninfo_to_dict(urls.database)["host"])) / ".s.PGSQL.5432",
        "durable": Path(unquote(urlsplit(urls.command_log).path)),
        "ephemeral": Path(unquote(urlsplit(urls.redis).path)),
    }


def _addresses(proxies: dict[str, Proxy]) -> Urls:
    at = {server: f"127.0.0.1:{proxy.port}" for server, proxy in proxies.items()}
    return Urls(
        database=f"postgresql://postgres@{at['postgres']}/support",
        redis=f"redis://{at['ephemeral']}/0",
        command_log=f"redis://{at['durable']}/0",
    )


def _start_anew(system: System, names: tuple[str, ...], environment: dict[str, str]) -> None:
    written = {name: len(system.log(name)) for name in names}
    for name in names:
        system.kill(name, signal.SIGTERM)
        system.run(name, environment=environment)
    system.wait_until_ready()
    for name in written.keys() - {"web"}:
        until(lambda name=name: " ready." in system.log(name)[written[name] :], 60, what=f"{name} is ready")  # type: ignore[misc]
