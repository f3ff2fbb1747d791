"""A client written from docs/websocket.md alone keeps its promises through a killed server and a dead line."""

import asyncio

import pytest

from tests.system.people import Person
from tests.system.processes import System

pytestmark = [pytest.mark.flows, pytest.mark.asyncio]


async def test_ten_messages_through_a_killed_server_and_a_dead_line_are_shown_once_and_in_order(
    system: System, amira: Person, ben: Person
) -> None:
    ticket = await asyncio.to_thread(amira.open_ticket, "A client of another language")
    texts = [f"message {number}" for number in range(10)]
    async with (
        amira.client(ticket["id"]) as asking,
        ben.client(ticket["id"]) as helping,
    ):
        await asking.until(lambda: asking.view.is_loaded)
        await helping.until(lambda: helping.view.is_loaded)
        for text in texts[:4]:
            asking.post(text)
        system.kill("web")
        for text in texts[4:7]:
            asking.post(text)
        system.run("web")
        await asking.until(lambda: asking.connections == 2)
        asking.cut()
        for text in texts[7:]:
            asking.post(text)
        await asking.until(lambda: not asking.outbox)
        await helping.until(lambda: helping.view.reached == len(texts))
        asking.post("and thank you")
        await helping.until(lambda: helping.view.reached == len(texts) + 1)

    expected = [*texts, "and thank you"]
    assert [message["message"] for message in asking.view.messages] == expected
    assert [message["message"] for message in helping.view.messages] == expected
    rows = system.rows(
        "SELECT body FROM support_chatmessage WHERE ticket_id = %s ORDER BY public_sequence", ticket["id"]
    )
    assert [body for (body,) in rows] == expected
    assert asking.refused == {}


async def test_what_is_refused_is_told_and_holds_up_nothing(system: System, amira: Person) -> None:
    ticket = await asyncio.to_thread(amira.open_ticket, "A refused message")
    async with amira.client(ticket["id"]) as asking:
        await asking.until(lambda: asking.view.is_loaded)
        too_long = asking.post("x" * 10_001)
        asking.post("short")
        await asking.until(lambda: asking.view.reached == 1)
    assert asking.refused[too_long]["code"] == "invalid"
    assert [message["message"] for message in asking.view.messages] == ["short"]
