"""What can be broken in a drain, each by replacing the one thing that keeps the promise.

Called by `apps` in the process that is to break it; the experiment asks for the names and the environment.
"""

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from core import command_log, dispatch
from core.command_log import Entry

Function = Callable[..., Any]
DAWDLE = 0.5


def _replace(place: str, make: Callable[[Any], Any]) -> None:
    """Put what `make` makes of a module's function, or of its constant, in its place."""
    name, _, replaced = place.rpartition(".")
    module = import_module(name)
    setattr(module, replaced, make(getattr(module, replaced)))


def read_tail_first() -> None:
    """The newest entry is applied first."""

    def backwards(read: Function) -> Function:
        def page(shard: int, **how: Any) -> list[Entry]:
            return list(reversed(read(shard, **how)))

        return page

    _replace("core.command_log.read", backwards)


def lock_nothing() -> None:
    """Two drains work on one shard, and on one ticket, at once.

    Whoever has read rings for the other, and dawdles so that it reads the same.
    """

    def dawdling(look_up: Function) -> Function:
        def looked_up(*given: Any) -> None:
            look_up(*given)
            dispatch.publish("persistence.drain", shard=0)
            time.sleep(DAWDLE)

        return looked_up

    _replace("workers.drain._locked", lambda _locked: lambda _shard: True)
    _replace("workers.taking.LOCKED", lambda _locked: "id = ANY(%s)")
    _replace("workers.taking._look_up", dawdling)


def recognise_nothing() -> None:
    """What was applied before is applied again."""
    _replace("support.services.loading._posted", lambda _posted: lambda _batch: list)
    _replace("support.services.recorded", lambda _recorded: lambda _work, _command: None)


def delete_before_the_commit() -> None:
    """An entry is gone from the log before its rows are there."""

    def taking_away(take: Function) -> Function:
        def taken(shard: int, size: int) -> Any:
            found = take(shard, size)
            command_log.delete(shard, found.entries, {})
            return found

        return taken

    _replace("workers.drain.take", taking_away)


def plan_when_all_is_done() -> None:
    """Deliveries are planned after the commit and the deletion, not with the rows."""
    owed: list[Function] = []

    def not_yet(record: Function) -> Function:
        owed.append(record)
        return lambda *_: None

    def late(finish: Function) -> Function:
        def finished(batch: Any, *, alone: bool) -> None:
            applied = batch.applied
            finish(batch, alone=alone)
            for record in owed:
                record(applied.events, applied.tickets)

        return finished

    _replace("notifications.services.record", not_yet)
    _replace("workers.drain._after_commit", late)


BROKEN_BY: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        read_tail_first,
        lock_nothing,
        recognise_nothing,
        delete_before_the_commit,
        plan_when_all_is_done,
    )
}


def settings_for(promise: str) -> dict[str, str]:
    """The environment of a process that breaks it."""
    return {"SABOTAGE": promise, "DJANGO_SETTINGS_MODULE": "tests.faults.sabotage.settings"}
