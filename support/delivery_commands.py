"""Commands about deliveries: what a support admin does on their page, and what a person does from a mail."""

import uuid

from core.contracts import Command, contract


@contract
class HandleDelivery(Command, frozen=True, kw_only=True):
    """Send one delivery again, cancel it, or release it: `action` is replay, cancel or release."""

    delivery_id: uuid.UUID
    action: str


@contract
class StartDeliveryRun(Command, frozen=True, kw_only=True):
    """Do the same with every delivery that matches `filter` and was there by now."""

    action: str
    filter: dict[str, str]


@contract
class CancelDeliveryRun(Command, frozen=True, kw_only=True):
    """Stop a run where it is."""

    run_id: uuid.UUID


@contract
class ReleaseBreaker(Command, frozen=True, kw_only=True):
    """What this breaker holds may go, and it counts afresh."""

    breaker_id: str


@contract
class LiftSuppression(Command, frozen=True, kw_only=True):
    """Mail to this address again."""

    address: str


@contract
class MuteNotice(Command, frozen=True, kw_only=True):
    """The actor wants no more of this notice by this transport: one switch off, the others as they are."""

    switch: str
