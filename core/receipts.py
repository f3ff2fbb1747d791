"""Receipts: accepted, later stored, rejected or held; and how a view waits for its own.

Drains publish settled receipts to the channel an entry names (`reply_to`). One listener thread per web process
hears them; it is subscribed before the first append. Losing the ephemeral instance loses only the quick answer:
`look_up` reads the durable pending receipt, and the faces look at the database once before they answer 202.
"""

import logging
import os
import threading
import time
import uuid
import weakref
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import redis
from django.conf import settings

from core import valkey
from core.command_log import receipt_key
from core.problems import Refused

SETTLED_SECONDS = 3600
# Nobody waits while the log is this far behind: the answer is 202 and the page asks again.
BEHIND_SECONDS = 2.0
MOST_SECONDS = 10.0
# How long a form waits before it shows what it shows without knowing.
PAGE_SECONDS = 2.0
RECONNECT_SECONDS = 0.5

logger = logging.getLogger(__name__)


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one command: pending, stored, rejected (with problem code, English sentence and values) or held."""

    state: str
    actor: str = ""
    kind: str = ""
    ticket_id: str | None = None
    fingerprint: str = ""
    code: str = ""
    sentence: str = ""
    values: dict[str, str] = {}
    command_id: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether asking under its id is answered with it. `id-taken` says that another command is stored there."""
        return self.code != "id-taken"

    def refusal(self) -> Refused:
        """What a rejected command's receipt tells; the sentence becomes words at its reader."""
        return Refused(self.code, self.sentence, values=self.values)


PENDING = Settled(state="pending")
_decoder = msgspec.json.Decoder(Settled)


@dataclass(eq=False)
class Waiter:
    """One request waiting for one command; the fingerprint tells it from a clashing repeat under the same id."""

    command_id: str
    fingerprint: str
    event: threading.Event = field(default_factory=threading.Event)
    settled: Settled = PENDING


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What a face gets back from intake: the command is in the log, and was `behind` seconds deep when it went in."""

    command_id: uuid.UUID
    ticket_id: uuid.UUID | None
    actor: str
    waiter: Waiter
    behind: float = 0.0


class Listener:
    """The subscription of one web process. Waiters are held weakly: a request that gave up needs no clean-up."""

    def __init__(self) -> None:
        self.channel = f"receipts:{uuid.uuid4().hex}"
        self._subscribed = threading.Event()
        self._lock = threading.Lock()
        self._waiters: weakref.WeakSet[Waiter] = weakref.WeakSet()
        self._slots = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))
        threading.Thread(target=self._listen, name="receipts", daemon=True).start()
        self._subscribed.wait(valkey.CONNECT_SECONDS)

    def expect(self, command_id: uuid.UUID, fingerprint: str) -> Waiter:
        """Register before the append, so that the answer cannot come too early."""
        waiter = Waiter(str(command_id), fingerprint)
        with self._lock:
            self._waiters.add(waiter)
        return waiter

    def pause(self, waiter: Waiter, seconds: float) -> None:
        """Wait for the answer; at once when half of the process's threads wait already."""
        if waiter.event.is_set() or seconds <= 0 or not self._slots.acquire(blocking=False):
            return
        try:
            waiter.event.wait(seconds)
        finally:
            self._slots.release()

    def _listen(self) -> None:
        while True:
            try:
                self._hear()
            except Exception as error:  # noqa: BLE001 - a thread that ended would leave the process at 202 for ever
                logger.warning(
                    "receipts: subscription lost (%s); answers will be 202 until it is back", error
                )
                time.sleep(RECONNECT_SECONDS)

    def _hear(self) -> None:
        with valkey.ephemeral().pubsub() as pubsub:
            pubsub.subscribe(self.channel)
            while True:
                message: dict[str, Any] | None = pubsub.get_message(timeout=1.0)
                if message and message["type"] == "subscribe":
                    self._subscribed.set()
                elif message and message["type"] == "message":
                    self._settle(_decoder.decode(message["data"]))

    def _settle(self, settled: Settled) -> None:
        with self._lock:
            waiters = list(self._waiters)
        for waiter in waiters:
            if (waiter.command_id, waiter.fingerprint) == (settled.command_id, settled.fingerprint):
                waiter.settled = settled
                waiter.event.set()


@cache
def _listener_of(pid: int) -> Listener:
    return Listener()


def listener() -> Listener:
    """This process's listener, started on first use (a forked child starts its own)."""
    return _listener_of(os.getpid())


def settled(accepted: Accepted, seconds: float | None = None) -> Settled:
    """What became of an accepted command within `seconds` (PAGE_SECONDS); pending when that is not known in time."""
    if accepted.behind <= BEHIND_SECONDS:
        listener().pause(accepted.waiter, min(PAGE_SECONDS if seconds is None else seconds, MOST_SECONDS))
    return accepted.waiter.settled


def look_up(command_id: uuid.UUID) -> Settled | None:
    """What is known of a command by its id: the settled receipt, else the durable one, else None. Raises RedisError.

    What was refused may have been asked for again since, and be pending.
    """
    known = _known(valkey.ephemeral(), command_id)
    if known is None:
        return _known(valkey.durable(), command_id)
    if known.state == "rejected":
        with suppress(redis.RedisError):
            return _known(valkey.durable(), command_id) or known
    return known


def _known(client: redis.Redis, command_id: uuid.UUID) -> Settled | None:
    payload: Any = client.get(receipt_key(command_id))
    return _decoder.decode(payload) if payload else None


def announce(pipe: redis.client.Pipeline, receipt: Settled, reply_to: str) -> None:
    """Queue a settled receipt for whoever waits now, and keep it for whoever asks within the hour.

    Whoever used an id that is taken is told, and nobody else: what became of the first command stays what is known.
    """
    payload = msgspec.json.encode(receipt)
    if receipt.is_kept:
        pipe.set(receipt_key(receipt.command_id), payload, ex=SETTLED_SECONDS)
    pipe.publish(reply_to, payload)
