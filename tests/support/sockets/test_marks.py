"""A cursor of one socket: told to the log once there is something that it could be about."""

import asyncio

import pytest

from support.sockets.marks import Mark
from support.sockets.writer import Answer

pytestmark = pytest.mark.asyncio


async def test_a_mark_of_the_conversation_before_is_none_of_the_next() -> None:
    told: list[int] = []
    exists = False

    def tell(sequence: int) -> "asyncio.Future[Answer] | None":
        if not exists:
            return None
        told.append(sequence)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.set_result(None)
        return answer

    mark = Mark(tell)
    mark.move(10)
    exists = True
    mark.move(2)
    mark.move(3)
    mark.part()

    assert told == [2, 3]
