"""Rooms and their dialects: what a frame brings, and that what is lost, doubled or out of turn is counted."""

import json
import time
from typing import cast

import pytest

from tests.benchmarks.dialects import PLAIN, READY, SOCKET_IO, Dialect
from tests.benchmarks.rooms import Room
from tests.benchmarks.wire import Line

pytestmark = pytest.mark.asyncio
ID = "0197c0de-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("dialect", "payload", "expected"),
    [
        (PLAIN, '{"type":"chat_history","messages":[{"id":"x"}]}', READY),
        (PLAIN, f'{{"type":"message","message":{{"id":"{ID}","sequence":1}}}}', ID),
        (PLAIN, f'{{"type":"accepted","id":"{ID}"}}', ""),
        (PLAIN, '{"type":"error","message":"words","code":"invalid"}', ""),
        (SOCKET_IO, '0{"sid":"x","pingInterval":25000}', ""),
        (SOCKET_IO, '40{"sid":"x"}', ""),
        (SOCKET_IO, '42["chat_history",{"messages":[]}]', READY),
        (SOCKET_IO, f'42["message",{{"message":{{"id":"{ID}"}}}}]', ID),
    ],
)
async def test_a_frame_brings_a_message_a_history_or_nothing(
    dialect: Dialect, payload: str, expected: str
) -> None:
    assert dialect.heard(payload.encode()) == expected


async def test_engine_io_is_joined_and_kept_alive() -> None:
    answers = [SOCKET_IO.answer(text) for text in (b'0{"sid":"x"}', b"2", b'40{"sid":"x"}', b'42["message"]')]
    assert answers == ["40", "3", "", ""]


class Wire:
    """What a room said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def send(self, text: str) -> None:
        self.said.append(json.loads(text)["id"])


def room() -> tuple[Room, list[str]]:
    made, wire = Room(PLAIN), Wire()
    made.writer = cast(Line, wire)
    made.begin()
    return made, wire.said


async def test_messages_in_turn_are_taken_and_nothing_is_wrong() -> None:
    talked, said = room()
    for _ in range(3):
        talked.say()
    for message_id in said:
        talked.see(message_id)
    await talked.quiet(1.0)
    assert (len(talked.taken), talked.lost, talked.doubled, talked.reordered) == (3, 0, 0, 0)


async def test_out_of_turn_and_twice_are_counted() -> None:
    talked, said = room()
    for _ in range(3):
        talked.say()
    for number in (1, 0, 0, 2):
        talked.see(said[number])
    assert (len(talked.taken), talked.reordered, talked.doubled) == (3, 1, 1)


async def test_what_never_comes_is_lost() -> None:
    talked, said = room()
    talked.say()
    talked.say()
    talked.see(said[0])
    with pytest.raises(TimeoutError):
        await talked.quiet(0.01)
    assert (talked.lost, len(talked.taken)) == (1, 1)


async def test_a_closed_loop_says_the_next_until_its_end() -> None:
    talked, said = room()
    talked.begin(time.perf_counter() + 3600)
    talked.say()
    talked.see(said[0])
    talked.see(said[1])
    assert len(said) == 3
