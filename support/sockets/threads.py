"""Reading for sockets: a few threads of their own, whose connections go back to the pool after every read.

`sync_to_async` would put every socket's reads on one thread of the process, where one slow query holds up all.
Called by the hub, whose review goes straight through, and by the consumers, whose pages stand in a `Line`: when all
come back at once, waiting for those before is not the database's fault. What is read here never writes the domain.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from core.guards import web_never_writes
from core.problems import Refused

AT_ONCE = 4
# A database that neither answers nor refuses counts as away; the thread is left to the driver's own time-outs.
PATIENCE_SECONDS = 5.0
# How long a page stands in line; less than the 35 s of silence after which it would give up by itself.
TURN_SECONDS = 20.0
Given = ParamSpec("Given")
Found = TypeVar("Found")
_threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="socket-reads")


async def read(function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
    """Run a read in a thread; raises Refused database-unavailable when PostgreSQL is away."""

    def guarded() -> Found:
        try:
            with web_never_writes():
                return function(*args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            raise Refused("database-unavailable") from error
        finally:
            connection.close()

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_threads, guarded)
    except TimeoutError as error:
        raise Refused("database-unavailable") from error


class Line:
    """Pages' own questions, in turn. One thread stays free: rights are re-read whatever the number of pages."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE - 1)

    async def read(
        self, function: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Found:
        """As `read`, whose patience begins with the turn; raises Refused database-unavailable."""
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turns.acquire()
        except TimeoutError as error:
            raise Refused("database-unavailable") from error
        try:
            return await read(function, *args, **kwargs)
        finally:
            self._turns.release()
