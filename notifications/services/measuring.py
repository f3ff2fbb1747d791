"""Measuring: how long what was mailed took from its acceptance, and by how much each mail was late.

Called by delivery at the end of a task, with the rows of the mails that a server took. One query for all of them. Mails
by the calendar were never accepted, so only their lateness counts. Must not keep a mail from being said to have left.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError

from core import measures
from notifications.models import Delivery, Plan

logger = logging.getLogger(__name__)


def note_mailed(sent: Sequence[tuple[Delivery, datetime]]) -> None:
    """The rows, and when each was taken."""
    if not sent:
        return
    late = [
        (at - max(row.due_at, row.created_at)).total_seconds() for row, at in sent
    ]  # never before it was planned
    measures.note(measures.OVERDUE, late)
    plans = Plan.objects.filter(event_id__in={row.event_id for row, _ in sent})
    try:
        accepted = dict(plans.values_list("event_id", "happened_at"))
    except DatabaseError as error:
        logger.info("deliver: how long it took is not known (%s)", type(error).__name__)
        return
    took = [at - accepted[row.event_id] for row, at in sent if row.event_id in accepted]
    measures.note(measures.MAILED, [each.total_seconds() for each in took])
