"""The socket itself: a reader that does not read is cut off, and holds up nobody meanwhile."""

import asyncio
from typing import Any

import pytest
import redis
from django.conf import settings

from core import layer, valkey
from core.layer import GroupFrame
from core.models import User
from support import groups
from support.models import SupportTicket
from support.sockets.hub import hub
from support.sockets.outflow import MOST_WAITING
from tests import servers
from tests.support.sockets.conftest import Opener
from tests.support.sockets.page import SECONDS, application, comes_true, cookie_of, off_loop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_reader_that_stops_reading_is_cut_off_and_others_go_on(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    reading = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await reading.hear("chat_history")
    stuck = asyncio.Event()
    connected = asyncio.Queue[dict[str, Any]]()
    connected.put_nowait({"type": "websocket.connect"})

    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "websocket.send":
            await stuck.wait()

    headers = [
        (b"origin", settings.SITE_URL.encode()),
        (b"cookie", (await off_loop(cookie_of, amira)).encode()),
    ]
    scope = {"type": "websocket", "path": f"/ws/chat/{ticket.pk}/", "headers": headers}
    connection = asyncio.create_task(application(scope, connected.get, send))
    sockets = hub().sockets
    await comes_true(lambda: len(sockets) == 2)
    line = '{"type":"typing"}'
    frames = [GroupFrame(group=groups.chat(ticket.pk), public=line, staff=line)] * (MOST_WAITING + 2)
    await off_loop(layer.send, frames)
    async with asyncio.timeout(SECONDS):
        await connection
    for _ in frames:
        await reading.hear("typing")
    assert len(sockets) == 1


async def test_a_layer_that_is_away_is_not_waited_for(
    open_page: Opener, ticket: SupportTicket, amira: User, settings: Any
) -> None:
    settings.REDIS_URL = "unix:///nonexistent.sock?db=0"
    page = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await page.hear("chat_history")
    await page.say(message="Hello")
    await page.hear("accepted")


def listeners(group: str) -> int:
    """How many processes the layer's Valkey has for a group; -1 while it is away."""
    try:
        [(_, count)] = valkey.ephemeral().pubsub_numsub(f"{settings.LAYER_PREFIX}__group__{group}")
    except redis.RedisError:
        return -1
    return int(count)


async def test_pages_hear_again_when_a_killed_layer_is_back(
    open_page: Opener, ticket: SupportTicket, amira: User, ben: User
) -> None:
    before = await open_page(amira, f"/ws/chat/{ticket.pk}/")
    await before.hear("chat_history")
    servers.fleet().ephemeral.kill()
    meanwhile = await open_page(ben, f"/ws/chat/{ticket.pk}/")
    await meanwhile.hear("chat_history")
    await before.say(message="Is this thing on?")
    await before.hear("accepted")
    await off_loop(servers.fleet().ephemeral.start)
    await comes_true(lambda: listeners(groups.chat(ticket.pk)) == listeners(groups.PRESENCE) == 1)
    line = '{"type":"typing"}'
    await off_loop(layer.send, [GroupFrame(group=groups.chat(ticket.pk), public=line, staff=line)])
    for page in (before, meanwhile):
        await page.hear("typing")
    valkey.ephemeral().connection_pool.disconnect()
