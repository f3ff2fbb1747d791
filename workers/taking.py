"""Taking: the entries of a shard that can be applied now, in order, their tickets locked.

Called by the drain inside its transaction. A ticket whose row somebody else holds is not waited for: its entries are
held back, and the page behind them is read, so that one locked ticket delays nobody else. While it stays locked, what
lies of it at the head is not read again for each batch.
"""

import uuid
from dataclasses import dataclass, field

import msgspec

from core import command_log, rows
from core.command_log import Entry
from core.contracts import Command, decode
from core.problems import Refused
from support.models import SupportTicket
from workers import refusals

PAGE = 200
LOCKED = "id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED"


@dataclass(kw_only=True)
class Taken:
    """What a batch will work on: entries with their commands in log order, the locked tickets, what is held back.

    `refused`: the entries (by id) that were refused before their drain died.
    """

    entries: list[Entry] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    unreadable: list[tuple[Entry, str]] = field(default_factory=list)
    tickets: dict[uuid.UUID, SupportTicket] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    busy: set[uuid.UUID] = field(default_factory=set)
    held_back: int = 0


@dataclass(frozen=True)
class Head:
    """Up to the entry `last` a shard holds nothing that is not about `tickets`, whoever drains meanwhile.

    `count`: how many entries there were.
    """

    last: str = ""
    count: int = 0
    tickets: frozenset[uuid.UUID] = frozenset()


# What the last batch of a shard passed over before anything that it could apply.
_heads: dict[int, Head] = {}


def take(shard: int, size: int) -> Taken:
    """Up to `size` entries whose tickets could be locked at once."""
    taken = Taken()
    head = _still_held(taken, _heads.pop(shard, Head()))
    after = head.last
    while len(taken.entries) < size:
        count = min(size, PAGE)
        page = command_log.read(shard, after=after, count=count)
        head = _sort_out(taken, page, size, head)
        if len(page) < count:
            break
        after = page[-1].entry_id
    if head.count:
        _heads[shard] = head
    return taken


def _still_held(taken: Taken, head: Head) -> Head:
    """The same while somebody else holds all of its tickets; nothing as soon as one of them is free, or gone."""
    if not head.count:
        return head
    _look_up(taken, [], set(head.tickets))
    if taken.busy != head.tickets:
        return Head()
    taken.held_back = head.count
    return head


def _sort_out(taken: Taken, page: list[Entry], size: int, head: Head) -> Head:
    """The head, with what goes on with it in this page."""
    if not page:
        return head
    read = [(entry, _decoded(taken, entry)) for entry in page]
    _look_up(taken, page, {getattr(command, "ticket_id", None) for _, command in read if command})
    for entry, command in read:
        if command is None:
            continue
        ticket_id = getattr(command, "ticket_id", None)
        if ticket_id in taken.busy:
            taken.held_back += 1
            if not taken.entries and not taken.unreadable:
                head = Head(entry.entry_id, taken.held_back, head.tickets | {ticket_id})
        elif len(taken.entries) < size:
            taken.entries.append(entry)
            taken.commands.append(command)
    return head


def _decoded(taken: Taken, entry: Entry) -> Command | None:
    try:
        command = decode(entry.payload)
    except msgspec.DecodeError as error:
        taken.unreadable.append((entry, str(error)))
        return None
    if not isinstance(command, Command):
        taken.unreadable.append((entry, "an event lies in the command log"))
        return None
    return command


def _look_up(taken: Taken, page: list[Entry], named: set[uuid.UUID | None]) -> None:
    """What was refused before, and the tickets, locked: in one round trip."""
    wanted = {ticket_id for ticket_id in named if ticket_id} - taken.busy - taken.tickets.keys()
    with rows.together():
        refused = refusals.ask(page)
        locked = rows.ask(SupportTicket, LOCKED, list(wanted)) if wanted else list
    taken.refused |= refused()
    obtained = {row.pk: row for row in locked()}
    taken.tickets |= obtained
    missing = wanted - obtained.keys()
    if missing:
        taken.busy |= set(SupportTicket.everything.filter(pk__in=missing).values_list("pk", flat=True))
