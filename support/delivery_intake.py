"""Intake of what a support admin does with deliveries, and of what somebody does from a mail. Called by their pages."""

import uuid

from core import ids, receipts
from core.models import User
from support import delivery_commands as commands
from support.doorway import accept, append, require, stamp
from support.policies import may


def handle_delivery(user: User, delivery_id: uuid.UUID, action: str) -> receipts.Accepted:
    """One delivery: again, not at all, or let go."""
    require(may(user).administer)
    return accept(
        commands.HandleDelivery(**stamp(user, ids.new_id()), delivery_id=delivery_id, action=action)
    )


def start_run(user: User, *, action: str, filter: dict[str, str]) -> receipts.Accepted:  # noqa: A002
    """All that match."""
    require(may(user).administer)
    return accept(commands.StartDeliveryRun(**stamp(user, ids.new_id()), action=action, filter=filter))


def cancel_run(user: User, run_id: uuid.UUID) -> receipts.Accepted:
    """Stop a run."""
    require(may(user).administer)
    return accept(commands.CancelDeliveryRun(**stamp(user, ids.new_id()), run_id=run_id))


def release_breaker(user: User, breaker_id: str) -> receipts.Accepted:
    """Let go what a breaker holds."""
    require(may(user).administer)
    return accept(commands.ReleaseBreaker(**stamp(user, ids.new_id()), breaker_id=breaker_id))


def lift_suppression(user: User, address: str) -> receipts.Accepted:
    """Mail to an address again."""
    require(may(user).administer)
    return accept(commands.LiftSuppression(**stamp(user, ids.new_id()), address=address))


def mute_notice(user: User, switch: str) -> None:
    """Somebody wants no more mails of this kind. Nobody waits: their mail program asked."""
    append(commands.MuteNotice(**stamp(user, ids.new_id()), switch=switch))
