"""Events about deliveries, for the reactions that follow. As in `support.events`: ids and words of the ledger."""

import uuid

from core.contracts import Event, contract


@contract
class DeliveriesReleased(Event, frozen=True, kw_only=True):
    """Deliveries are due that were not: sent again by hand, or no longer held."""


@contract
class DeliveryRunStarted(Event, frozen=True, kw_only=True):
    """A support admin wants something done with many deliveries."""

    run_id: uuid.UUID
