"""The hub: what the sockets of one process share - group subscriptions, the writer, and one clock for all.

Each group is subscribed once per process, whatever the number of its sockets, and a frame is unpacked once. One clock
re-reads the rights of all sockets in one query, closes those that lost theirs, and sends each socket a heartbeat
every fifteen seconds. Made per event loop by `hub()`; asked by `support.sockets.socket` and its consumers.
It must not know what a frame says.
"""

import asyncio
import itertools
import logging
import random
import time
import uuid
import weakref
from collections import defaultdict
from typing import TYPE_CHECKING

from core import measures
from core.problems import Refused
from support import groups
from support.badges import page_badges_of
from support.selectors import progress_of
from support.sockets import restart, rights
from support.sockets.canary_ear import Ear, ear
from support.sockets.limits import PostLimits
from support.sockets.subscription import PATIENCE_SECONDS, Subscription
from support.sockets.threads import Line, read
from support.sockets.writer import Writer

if TYPE_CHECKING:
    from support.sockets.socket import Socket

logger = logging.getLogger(__name__)
REVIEW_SECONDS = 1.5
BEATS = 10  # a heartbeat every tenth review: fifteen seconds, a tenth of the sockets each time
# Rights older than this are not good enough for what only staff may read: withdrawn ones end within five seconds.
STALE_SECONDS = 4.5


class Hub:
    """Shared by all sockets of one event loop."""

    def __init__(self) -> None:
        self.writer = Writer()
        self.posts = PostLimits()
        self.line = Line()
        self.sockets: dict[Socket, int] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._people: defaultdict[uuid.UUID, set[Socket]] = defaultdict(set)
        self._gate = asyncio.Lock()
        self._phases = itertools.cycle(range(BEATS))
        self._clock: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._reviewing: asyncio.Task[bool] | None = None

    # --- Coming and going ------------------------------------------------------------------------------------------

    def enrol(self, socket: "Socket") -> None:
        """A socket was admitted: it is reviewed and hears the heartbeat from now on."""
        self.sockets[socket] = next(self._phases)
        self._people[socket.user.pk].add(socket)
        if self._clock is None or self._clock.done():
            self._listening = asyncio.create_task(self.join(ear, groups.CANARY))
            self._clock = asyncio.create_task(self._run(), name="sockets' clock")
            restart.warn_before_it(self.announce_restart)

    def leave(self, socket: "Socket") -> None:
        """A socket is gone, enrolled or not."""
        if self.sockets.pop(socket, None) is not None:
            self._forget_person(socket)
        self._withdraw(socket)
        if not self.sockets and self._clock is not None:
            self._clock.cancel()
            self._clock = None
            self._stop_listening()
            measures.say(measures.SOCKETS, 0)

    def _stop_listening(self) -> None:
        """To canaries; whether their subscription had begun or not."""
        if self._listening is not None:
            self._listening.cancel()
        if groups.CANARY in self._subscriptions:
            self._withdraw(ear)
        ear.groups.clear()

    def _withdraw(self, listener: "Socket | Ear") -> None:
        for group in listener.groups:
            subscription = self._subscriptions[group]
            subscription.sockets.discard(listener)
            if not subscription.sockets:
                subscription.end()
                del self._subscriptions[group]

    def _forget_person(self, socket: "Socket") -> None:
        theirs = self._people[socket.user.pk]
        theirs.discard(socket)
        if not theirs:
            del self._people[socket.user.pk]

    def others_of(self, socket: "Socket") -> "set[Socket]":
        """The same person's other sockets in this process."""
        return self._people.get(socket.user.pk, set()) - {socket}

    def announce_restart(self) -> None:
        """This process was told to end: its pages come back one after the other, not all at once."""
        for socket in self.sockets:
            spread = restart.spread_of(len(self.sockets), staff=socket.user.is_staff)
            delay = random.uniform(restart.LEAST_SECONDS, spread)  # noqa: S311  (nobody gains by guessing it)
            socket.push(f'{{"type":"restart","delay":{delay:.2f}}}')

    async def join(self, socket: "Socket | Ear", *names: str) -> None:
        """Let these groups reach the socket; returns when they do, or when the layer cannot be waited for."""
        for group in names:
            if group not in self._subscriptions:
                self._subscriptions[group] = Subscription(group, self._gate)
            self._subscriptions[group].sockets.add(socket)
            socket.groups.add(group)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for group in names:
                    await self._subscriptions[group].listening.wait()
        except TimeoutError:
            logger.warning("sockets: a page opens without its groups; it catches up by heartbeat")

    # --- The clock -------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        next_tick = loop.time()
        for phase in itertools.cycle(range(BEATS)):
            next_tick = max(next_tick + REVIEW_SECONDS, loop.time())
            await asyncio.sleep(next_tick - loop.time())
            try:
                await self._tick(phase)
            except Exception:  # a clock that stops would leave every page without its heartbeat
                logger.exception("sockets: the clock missed a tick")

    async def _tick(self, phase: int) -> None:
        """A review that takes longer than a tick is left running: heartbeats do not wait for PostgreSQL."""
        late = self._reviewing if self._reviewing and not self._reviewing.done() else None
        self._reviewing = late or asyncio.create_task(self.review())
        await asyncio.wait({self._reviewing}, timeout=REVIEW_SECONDS)
        fresh = self._reviewing.done() and self._reviewing.result()
        if late and late.done():  # the next one begins at once: else only every other tick would be fresh
            self._reviewing = asyncio.create_task(self.review())
        measures.say(measures.SOCKETS, len(self.sockets))
        due = [socket for socket, own in self.sockets.items() if own == phase]
        if fresh:
            await self._look_on(due)
            await self._count(due)
        for socket in due:
            socket.beat(fresh=fresh and not socket.is_stale)
        self.posts.forget()

    async def _look_on(self, sockets: "list[Socket]") -> None:
        """How far the threads of these sockets are, in one question."""
        threads = [(socket, reader) for socket in sockets if (reader := socket.reader)]
        try:
            found = await read(progress_of, [reader for _, reader in threads])
        except Refused:
            return
        for (socket, _), progress in zip(threads, found, strict=True):
            socket.progress = progress

    async def _count(self, sockets: "list[Socket]") -> None:
        """What the badges of these pages say, in one question for all their people."""
        pages = [socket for socket in sockets if socket.expect_badges()]
        people = {socket.user.pk: socket.user for socket in pages}
        try:
            found = await read(page_badges_of, people.values()) if people else {}
        except Refused:
            return
        for socket in pages:
            socket.badges = found[socket.user.pk]

    async def review(self) -> bool:
        """Re-read everybody's rights; False, and nothing changes, when PostgreSQL is away.

        They are as old as the question: its answer may have been long on its way.
        """
        sockets, asked_at = list(self.sockets), time.monotonic()
        if not sockets:
            return True
        try:
            standings = await read(rights.standings, [socket.asked for socket in sockets])
        except Refused:
            logger.warning("sockets: rights could not be re-read; the sockets stay")
            return False
        for socket, standing in zip(sockets, standings, strict=True):
            socket.review(standing)
            socket.known_at = asked_at
        return True


_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
