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
from support.sockets.canary_ear import Ear

if TYPE_CHECKING:
    from support.sockets.socket import Socket

logger = logging.getLogger(__name__)
PATIENCE_SECONDS = 2.0
AGAIN_SECONDS = 1.0
# RuntimeError is uvloop's word for a line that was reset while nobody used it; the layer's clients pass it on.
_AWAY = (redis.RedisError, OSError, TimeoutError, RuntimeError)


class Subscription:
    """Listens from the moment it is made until `end`. `gate` lets one subscription at a time speak to the layer."""

    def __init__(self, group: str, gate: asyncio.Lock) -> None:
        self.sockets: set[Socket | Ear] = set()
        self._group = group
        self._gate = gate
        self._layer: Any = get_channel_layer()
        self._channel = ""
        self._ended = False
        self.listening = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"group {group}")

    def end(self) -> None:
        """Stop listening. Half a subscription would fill a queue nobody reads: it is finished first, then undone."""
        self._ended = True
        if self.listening.is_set():
            self._task.cancel()

    async def _run(self) -> None:
        while not self._ended and not self.listening.is_set():
            await self._try_to_subscribe()
        if self._ended:
            self._task.cancel()  # at the next await: inside `receive`, which is where the layer tidies a channel up
        try:
            while self._channel:
                await self._hear()
        finally:
            await self._discard()

    async def _hear(self) -> None:
        try:
            message = await self._layer.receive(self._channel)
            for socket in self.sockets:
                socket.forward(message)
            # A queue with frames in it is read without a pause: in a burst the sockets that do write would look stuck.
            await asyncio.sleep(0)
        except Exception:  # one frame that cannot be read must not make the group deaf
            logger.exception("sockets: a group's frame was lost")

    async def _try_to_subscribe(self) -> None:
        try:
            async with self._gate, asyncio.timeout(PATIENCE_SECONDS):
                await valkey.async_ephemeral().ping()
                # Kept for the next attempt: the layer remembers a channel even when subscribing it failed.
                self._channel = self._channel or await self._layer.new_channel()
                await self._layer.group_add(self._group, self._channel)
            self.listening.set()
        except _AWAY as error:
            logger.warning("sockets: a group cannot be heard (%s); trying again", type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _discard(self) -> None:
        try:
            await self._layer.group_discard(self._group, self._channel)
        except _AWAY as error:
            logger.info("sockets: a group was left without a word to the layer (%s)", type(error).__name__)
