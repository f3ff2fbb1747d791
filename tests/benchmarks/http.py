"""Requests over HTTP as fast as they are answered: so many kept connections, each with one question at a time.

As small as `wire.py`, and for the same reason. `Asked` says how many were answered, how, and in what time.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.system.people import Person

END = b"\r\n\r\n"
LENGTH = b"content-length: "
CHUNKED = b"transfer-encoding: chunked"


@dataclass
class Asked:
    """`taken` in seconds; `seconds` in all."""

    statuses: Counter[int] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    seconds: float = 0.0


def request(person: Person, method: str, path: str, body: str = "", **headers: str) -> bytes:
    """The bytes of a request of somebody who is signed in."""
    known = {
        "Host": urlsplit(person.system.url).netloc,
        "Cookie": person.cookie,
        "Origin": person.system.url,
        "Referer": person.system.url,
        "X-CSRFToken": person.token,
        "Content-Type": "application/json",
        "Content-Length": str(len(body.encode())),
        **headers,
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in known.items())]
    return "\r\n".join([*lines, "", body]).encode()


async def ask(url: str, make: Callable[[], bytes], at_once: int, seconds: float) -> Asked:
    """Ask again and again."""
    asked, began = Asked(), time.perf_counter()
    await asyncio.gather(*(_one(url, make, began + seconds, asked) for _ in range(at_once)))
    asked.seconds = time.perf_counter() - began
    return asked


async def _one(url: str, make: Callable[[], bytes], end: float, asked: Asked) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        while (began := time.perf_counter()) < end:
            writer.write(make())
            asked.statuses[await _answer(reader)] += 1
            asked.taken.append(time.perf_counter() - began)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    """The status; the body is read and thrown away."""
    head = (await reader.readuntil(END)).lower()
    _, has_length, rest = head.partition(LENGTH)
    if has_length:
        await reader.readexactly(int(rest.split(b"\r\n", 1)[0]))
    elif CHUNKED in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        raise ValueError(f"an answer without a length: {head[:300]!r}")
    return int(head.split(b" ", 2)[1])
