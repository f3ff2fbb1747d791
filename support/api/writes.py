"""Writes: how an accepted command is answered. 201 or 200 when stored, the problem when refused, 202 when not yet.

Called by every view that ends in intake. Once the log has accepted, nothing here may turn into "not taken": a
database that cannot be read then is a 202, whose receipt tells the rest.
"""

import logging
from collections.abc import Callable
from typing import Any, cast

import redis
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import receipts
from core.models import User
from core.problems import Refused
from core.receipts import Accepted, Settled
from support import selectors
from support.api.preferences import Preference, preference_of

logger = logging.getLogger(__name__)
Represent = Callable[[], dict[str, Any]]
NOT_YET = _("We’ve got it. It’ll show up in a moment.")


def answer(request: Request, accepted: Accepted, represent: Represent, *, created: bool = False) -> Response:
    """Wait as long as the client likes, then say what became of it; `represent` reads the stored result."""
    wish = preference_of(request)
    settled = receipts.settled(accepted, wish.seconds)
    if settled.state == "pending":
        settled = _looked_up(accepted) or settled
    if settled.state == "rejected":
        raise settled.refusal()
    try:
        if settled.state == "stored" or (settled.state == "pending" and _in_database(request, accepted)):
            return _stored(represent(), wish, created=created)
    except (OperationalError, InterfaceError) as error:
        logger.warning("writes: %s is accepted and cannot be shown (%s)", accepted.command_id, error)
    return _not_yet(accepted, settled, wish)


def _looked_up(accepted: Accepted) -> Settled | None:
    """The receipt itself, in case the message about it was lost."""
    try:
        known = receipts.look_up(accepted.command_id)
    except redis.RedisError:
        return None
    return known if known and known.fingerprint == accepted.waiter.fingerprint else None


def _in_database(request: Request, accepted: Accepted) -> bool:
    outcome = selectors.outcome_of(cast(User, request.user), accepted.command_id)
    return outcome is not None and outcome.fingerprint == accepted.waiter.fingerprint


def _stored(body: dict[str, Any], wish: Preference, *, created: bool) -> Response:
    code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    return Response(body, status=code, headers=_applied(wish))


def _not_yet(accepted: Accepted, settled: Settled, wish: Preference) -> Response:
    """202. A held command is kept as well, and somebody looks at it."""
    address = reverse("api:receipt", args=[accepted.command_id])
    held = settled.state == "held"
    body = {
        "status": "held" if held else "accepted",
        "receipt": address,
        "id": str(accepted.command_id),
        "ticket_id": str(accepted.ticket_id) if accepted.ticket_id else None,
        "message": Refused("held").sentence if held else gettext(NOT_YET),
    }
    headers = {"Location": address, **_applied(wish)}
    return Response(body, status=status.HTTP_202_ACCEPTED, headers=headers)


def _applied(wish: Preference) -> dict[str, str]:
    return {"Preference-Applied": wish.applied} if wish.applied else {}
