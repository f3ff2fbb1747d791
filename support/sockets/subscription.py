"""A subscription: one group of the channel layer, for all sockets of this process that show it.

The layer keeps a queue and unpacks every message per channel; with a channel per group and process instead of one per
socket, a frame for a thousand sockets is unpacked once. When the layer is away it tries again until it is back;
nobody waits for that, because the heartbeat tells every page what it missed. Made by the hub.
"""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import redis
from channels.layers import get_channel_layer

from core import valkey

if TYPE_CHECKING:
    from support.sockets.socket import Socket

logger = logging.getLogger(__name__)
PATIENCE_SECONDS = 2.0
AGAIN_SECONDS = 1.0
_AWAY = (redis.RedisError, OSError, TimeoutError)


class Subscription:
    """Listens from the moment it is made until `end`."""

    def __init__(self, group: str) -> None:
        self.sockets: set[Socket] = set()
        self._group = group
        self._layer: Any = get_channel_layer()
        self._listening = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"group {group}")

    async def wait(self) -> None:
        """Return once the group is heard; a layer that is away is not waited for."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._listening.wait()
        except TimeoutError:
            logger.warning("sockets: a thread opens without its group; its pages catch up by heartbeat")

    def end(self) -> None:
        """Stop listening."""
        self._task.cancel()

    async def _run(self) -> None:
        channel = await self._subscribe()
        self._listening.set()
        try:
            while True:
                self._hand_out(await self._layer.receive(channel))
        finally:
            await self._unsubscribe(channel)

    async def _subscribe(self) -> str:
        while True:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await valkey.async_ephemeral().ping()
                    channel: str = await self._layer.new_channel()
                    await self._layer.group_add(self._group, channel)
                    return channel
            except _AWAY as error:
                logger.warning("sockets: a group cannot be heard (%s); trying again", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _unsubscribe(self, channel: str) -> None:
        try:
            await self._layer.group_discard(self._group, channel)
        except _AWAY as error:
            logger.info("sockets: a group was left without a word to the layer (%s)", type(error).__name__)

    def _hand_out(self, message: dict[str, Any]) -> None:
        for socket in self.sockets:
            socket.forward(message)
