"""Tracking: what the provider says became of a mail. Each word is kept; none moves a delivery backwards.

Called by the drain inside its transaction, for a provider's webhook or a bounce that came back by mail. Late, repeated
and reordered words are told apart by rank: a complaint outranks a bounce, a bounce an opening, an opening a delivery.
"""

import uuid
from datetime import datetime
from typing import Final

from django.db.models import Q

from notifications.models import Delivery, State

# From where each word may move a delivery. What waits for its first try has not left: the word is about an earlier one.
_FROM: Final[dict[State, tuple[State, ...]]] = {}
_HANDED_OVER: Final = (State.QUEUED, State.SENDING, State.SENT, State.UNCERTAIN, State.FAILED)
for _rank, _state in enumerate(RANKS := (State.DELIVERED, State.OPENED, State.BOUNCED, State.COMPLAINED)):
    _FROM[_state] = (*_HANDED_OVER, *RANKS[:_rank])


def observe(
    state: State,
    at: datetime,
    *,
    message_id: str = "",
    provider_id: str = "",
    cause: str = "",
) -> list[Delivery]:
    """Write down that `state` was seen at `at` of the mail that either name is of; the rows it moved.

    What travelled in the same mail moves with it. A name that we did not give out moves nothing.
    """
    named = _named(message_id, provider_id)
    rows = Delivery.objects.filter(Q(pk__in=named) | Q(carrier__in=named))
    rows.filter(**{f"{state}_at": None}).update(**{f"{state}_at": at})
    moving = list(rows.filter(state__in=_FROM[state]).select_for_update(of=("self",)).order_by("id"))
    change = {"state": state, "reason": "", "settled_at": at, "cause": cause[:500]}
    Delivery.objects.filter(pk__in=[row.pk for row in moving]).update(**change)
    for row in moving:
        row.state, row.cause = state, cause[:500]
    return moving


def _named(message_id: str, provider_id: str) -> list[uuid.UUID]:
    """Asked by itself: together with what travelled along, PostgreSQL would read all of the ledger."""
    named = Q(pk__in=[])
    if message_id:
        named |= Q(message_id_header=message_id)
    if provider_id:
        named |= Q(provider_id=provider_id)
    return list(Delivery.objects.filter(named).order_by().values_list("pk", flat=True))
