"""The line in front of the reading threads: many pages at once wait their turn, and hold up nobody's rights."""

import asyncio
import threading

import pytest

from core.problems import Refused
from support.sockets import threads
from support.sockets.threads import AT_ONCE, Line, read

pytestmark = pytest.mark.asyncio


async def test_rights_are_read_while_a_hundred_pages_wait() -> None:
    line, release = Line(), threading.Event()
    pages = [asyncio.create_task(line.read(release.wait)) for _ in range(100)]
    assert await read(lambda: "rights") == "rights"
    assert not any(page.done() for page in pages)
    release.set()
    assert await asyncio.gather(*pages) == [True] * 100


async def test_standing_in_line_is_not_taken_for_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "PATIENCE_SECONDS", 1.0)
    line = Line()

    def slowly() -> bool:
        return threading.Event().wait(0.2)

    pages = [line.read(slowly) for _ in range(8 * (AT_ONCE - 1))]
    assert await asyncio.gather(*pages) == [False] * 8 * (AT_ONCE - 1)


async def test_a_line_that_does_not_move_refuses_those_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "TURN_SECONDS", 0.1)
    line, release = Line(), threading.Event()
    first = [asyncio.create_task(line.read(release.wait)) for _ in range(AT_ONCE - 1)]
    await asyncio.sleep(0)  # they have their turns
    with pytest.raises(Refused) as refused:
        await line.read(release.wait)
    assert refused.value.code == "database-unavailable"
    release.set()
    assert await asyncio.gather(*first) == [True] * (AT_ONCE - 1)
