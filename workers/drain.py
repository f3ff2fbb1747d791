"""Drain: take, apply, commit, settle receipts, announce, delete. The heart of persistence.

Called by the tasks of `workers.persistence`. A crash before the commit repeats the batch; between the commit and the
deletion it repeats it as a no-op that announces again. Must not reconnect inside a batch: a frozen worker loses its
lock with its connection, and its late commit then fails.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from typing import Any

import msgspec
import redis
from django.conf import settings
from django.db import connection, transaction

from core import canaries, command_log, layer, moments, receipts, rows, tracing, trail, valkey
from core.contracts import kind_of
from core.failpoints import reached
from core.queues import queue_of
from core.receipts import Settled
from support import frames
from support.commands import SendCanary
from workers import fanout, measuring, poison, refusals
from workers.applying import Applied, apply
from workers.letters import hold
from workers.stamps import Stamps
from workers.taking import PAGE, Taken, take

logger = logging.getLogger(__name__)
# First key of the advisory lock: the drains' own namespace in this database.
LOCK_SPACE = 0x5050
# A drain that is frozen amid a pipeline is not idle to PostgreSQL, and its machine still answers for it.
TRANSACTION_SECONDS, SINCE_VERSION = 20, 170_000


@dataclass(kw_only=True)
class Batch:
    """One committed batch: its entries with their commands, what they did, how many entries are left.

    `listens`: the log was told that whoever drains hears what comes next; taken back when a doorbell waits besides.
    """

    shard: int
    listens: bool
    taken: Taken
    stamps: Stamps = field(default_factory=Stamps)
    applied: Applied = field(default_factory=Applied)
    left: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def drain_batch(shard: int, *, listens: bool = False) -> Batch | None:
    """Apply one batch of the shard; None when another drain is at it. `listens`: whoever calls would hear the next."""
    with ExitStack() as around:  # the transaction and what is told of it
        with transaction.atomic():
            if not _locked(shard):
                return None
            size = poison.size_for(shard, PAGE, _lives)
            if size == 0:  # another drain has committed a batch and is telling of it: it goes on by itself
                return None
            reached("take.before")
            batch = Batch(shard=shard, listens=listens, taken=take(shard, size))
            reached("take.after")
            alone = size == 1
            if batch.taken.entries:
                around.enter_context(_span(batch))
                marked = poison.marked(shard, batch.taken.entries, alone=alone, session=_session())
                _apply(batch, may_try=around.enter_context(marked))
            for entry, error in batch.taken.unreadable:
                hold(shard, entry, "unreadable", error)
            reached("commit.before")
        batch.stamps.committed = time.time()
        reached("commit.after")
        _after_commit(batch, alone=alone)
    return batch


def _span(batch: Batch) -> AbstractContextManager[Any]:
    """From applying to the end, with a link to where each of its commands was accepted; none without one."""
    links = [entry.trace for entry in batch.taken.entries if entry.trace]
    count = len(batch.taken.entries)
    return tracing.span("drain", links=links, shard=batch.shard, count=count) if links else nullcontext()


def _locked(shard: int) -> bool:
    with rows.together(), connection.cursor() as cursor:  # with the BEGIN that it causes
        if connection.connection.info.server_version >= SINCE_VERSION:
            cursor.execute(f"SET LOCAL transaction_timeout = '{TRANSACTION_SECONDS}s'")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, shard])
        return bool(cursor.fetchone()[0])


def _session() -> int:
    """Our session's process at PostgreSQL; only within a transaction."""
    return int(connection.connection.info.backend_pid)


def _lives(session: int) -> bool:
    """Another drain has it: a process that died has none."""
    if session == _session():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [session])
        return bool(cursor.fetchone()[0])


def _apply(batch: Batch, *, may_try: bool) -> None:
    taken = batch.taken
    refused = {
        place: taken.refused[entry.entry_id]
        for place, entry in enumerate(taken.entries)
        if entry.entry_id in taken.refused
    }
    if not may_try and not refused:
        batch.applied.held[0] = f"killed its worker {poison.LONE_ATTEMPTS} times"
    else:
        batch.applied = apply(taken.commands, taken.tickets, refused)
        refusals.keep(taken.entries, batch.applied.refusals)
    for place, error in batch.applied.held.items():
        hold(batch.shard, taken.entries[place], kind_of(taken.commands[place]), error)
    batch.counts = Counter(kind_of(command) for command in taken.commands)


def _after_commit(batch: Batch, *, alone: bool) -> None:
    done = [*batch.taken.entries, *(entry for entry, _ in batch.taken.unreadable)]
    batch.listens = batch.listens and bool(batch.taken.entries)
    if not done:
        batch.left = command_log.length(batch.shard)
        return
    settled = _receipts(batch)
    measuring.stored(batch.taken, settled)
    reached("announce.before")
    _announce(batch, settled)
    reached("announce.after")
    _tell(batch)
    refused = [receipt for receipt in settled.values() if receipt.state != "stored" and receipt.is_kept]
    rejected = {receipt.command_id: msgspec.json.encode(receipt) for receipt in refused}
    reached("acknowledge.before")
    batch.left = command_log.delete(batch.shard, done, rejected, listens=batch.listens)
    reached("acknowledge.after")
    poison.clear(batch.shard)
    if alone and batch.taken.entries:
        poison.acquit(batch.shard, batch.taken.entries[0])


def _tell(batch: Batch) -> None:
    ids = [command.id for command in batch.taken.commands if not isinstance(command, SendCanary)]
    kinds = ", ".join(f"{kind} {count}" for kind, count in batch.counts.items())
    refused, held = len(batch.applied.refusals), len(batch.applied.held)
    trail.tell(ids, "drained %s; refused %d, held %d", kinds, refused, held)


def _receipts(batch: Batch) -> dict[int, Settled]:
    """The receipts that somebody waits for or is to be told of, by the command's place in the batch."""
    settled = {}
    for place, (entry, command) in enumerate(zip(batch.taken.entries, batch.taken.commands, strict=True)):
        refused = batch.applied.refusals.get(place)
        if not entry.reply_to and not refused and place not in batch.applied.held:
            continue  # a chat's message: its frame says that it is stored
        state, code = "stored", ""
        if refused:
            state, code = "rejected", refused.code
        elif place in batch.applied.held:
            state, code = "held", "held"
        ticket_id = getattr(command, "ticket_id", None)
        settled[place] = Settled(
            state=state,
            actor=command.actor,
            kind=kind_of(command),
            ticket_id=str(ticket_id) if ticket_id else None,
            fingerprint=command.fingerprint(),
            code=code,
            sentence=refused.words if refused else "",
            values=refused.values if refused else {},
            command_id=str(command.id),
        )
    return settled


def _announce(batch: Batch, settled: dict[int, Settled]) -> None:
    """Frames, receipts and what reactions wait for, in one round trip; then ring for those.

    Losing it loses nothing: the pages catch up by sequence and with their heartbeats, and what is planned, mailed or
    done about it has a sweep that finds what it missed.
    """
    pipe = valkey.ephemeral().pipeline(transaction=False)
    try:
        for frame in _frames(batch, settled):
            layer.queue_frame(pipe, frame)
    except Exception:
        # A message that cannot be rendered must not keep its whole shard from being deleted, and so repeated, for ever.
        logger.exception("drain: a frame could not be rendered; open pages will catch up")
    for place, entry in enumerate(batch.taken.entries):
        if entry.reply_to:
            receipts.announce(pipe, settled[place], entry.reply_to)
        if isinstance(canary := batch.taken.commands[place], SendCanary):
            canaries.queue_arrived(pipe, canaries.lane_of(canary.shard), canary.at.timestamp())
    rings = fanout.queue(pipe, batch.applied.events, batch.stamps.id)
    if drained := batch.stamps.drained(batch.taken.entries, batch.taken.commands, batch.applied, rings):
        moments.queue(pipe, drained)
    pipe.llen(queue_of("persistence.drain"))
    try:
        doorbells = pipe.execute()[-1]
        measuring.announced(batch.taken, settled)
        batch.listens = batch.listens and not (doorbells and _others_wait(batch.shard))
        fanout.bell.ring(rings, batch.stamps.id)
    except redis.RedisError as error:
        logger.warning("drain: frames were not published (%s); open pages will catch up", error)


def _others_wait(shard: int) -> bool:
    """A doorbell may be for another shard, which is not made to wait; one for this shard tells nothing new."""
    return settings.COMMAND_LOG_SHARDS > 1 and any(other != shard for other in command_log.waiting_shards())


def _frames(batch: Batch, settled: dict[int, Settled]) -> Iterable[layer.GroupFrame]:
    for place, (entry, command) in enumerate(zip(batch.taken.entries, batch.taken.commands, strict=True)):
        receipt = settled.get(place)
        is_stored = receipt is None or receipt.state == "stored"
        message = batch.applied.messages.get(command.id)
        if is_stored and message is not None:
            yield frames.message_frame(message, message.author)
        elif isinstance(command, SendCanary):
            yield frames.canary_frame(command.at)
        elif receipt and not is_stored and receipt.ticket_id and not entry.reply_to:
            ticket_id = uuid.UUID(receipt.ticket_id)
            yield frames.refusal_frame(ticket_id, command.actor, receipt.refusal(), command.id)
