"""Services of probes: their person, their history, and that nothing of them stays.

Called by `workers.probe` and housekeeping. The ticket goes with everything that hangs on it; a command that is drained
once more after that leaves one behind, which the next run finds.
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import Lag, RowNumber, TruncHour

from core.models import User
from core.probes import Run
from support.models import Change, ChatMessage, ProbeRun, SupportTicket
from support.models.probes import ProbeOutcome
from support.probing import PROBE_ID, USERNAME

# Of what is older, one passed run an hour tells as much as twelve; what went wrong is all kept.
WHOLE_FOR: Final = timedelta(days=2)


def person() -> User:
    """Who asks; made once. They have no address and no password."""
    made, is_new = User.objects.get_or_create(
        pk=PROBE_ID, defaults={"username": USERNAME, "first_name": "Self-probe"}
    )
    if is_new:
        made.set_unusable_password()
        made.save(update_fields=["password"])
    return made


def keep(runs: Iterable[Run]) -> None:
    """Write what they came to; twice writes it once."""
    found = list(runs)
    known = set(User.objects.filter(pk__in=[run.by for run in found if run.by]).values_list("pk", flat=True))
    rows = [_row(run, run.by if run.by in known else None) for run in found]
    ProbeRun.objects.bulk_create(rows, ignore_conflicts=True)


def _row(run: Run, by: uuid.UUID | None) -> ProbeRun:
    return ProbeRun(
        id=run.id,
        began_at=datetime.fromtimestamp(run.began or run.asked, UTC),
        ended_at=datetime.fromtimestamp(run.ended or run.asked, UTC),
        asked_by_id=by,
        outcome=run.outcome,
        hop=run.hop,
        steps=[[step.hop, step.state, step.milliseconds] for step in run.steps],
    )


@transaction.atomic
def forget_tickets() -> list[uuid.UUID]:
    """Delete every ticket of the probe; the ids of the commands that made them, for the ledger."""
    theirs = SupportTicket.everything.filter(requester=PROBE_ID)
    ids = list(theirs.order_by("pk").select_for_update().values_list("pk", flat=True))
    said = ChatMessage.objects.filter(ticket__in=ids).values_list("pk", flat=True)
    done = Change.objects.filter(ticket__in=ids).values_list("pk", flat=True)
    commands = [*said, *done]
    SupportTicket.everything.filter(pk__in=ids).delete()
    return commands


def thin(now: datetime, kept: timedelta) -> int:
    """Forget what is too old, and most of what passed of what is not new; how many.

    Of each hour the first that passed stays, and whatever ended a delay: the page of the past says how long it was.
    """
    gone, _ = ProbeRun.objects.filter(began_at__lt=now - kept).delete()
    of_the_hour = Window(
        RowNumber(), partition_by=TruncHour("began_at", tzinfo=UTC), order_by=F("began_at").asc()
    )
    before = Window(Lag("outcome"), order_by=F("began_at").asc())
    runs = ProbeRun.objects.filter(began_at__lt=now - WHOLE_FOR).annotate(before=before)
    after_one_that_passed = {
        pk for pk, said in runs.values_list("pk", "before") if said == ProbeOutcome.PASSED
    }
    passed = ProbeRun.objects.filter(outcome=ProbeOutcome.PASSED, began_at__lt=now - WHOLE_FOR)
    further = passed.annotate(place=of_the_hour).filter(place__gt=1).values_list("pk", flat=True)
    thinned, _ = ProbeRun.objects.filter(pk__in=after_one_that_passed.intersection(further)).delete()
    return gone + thinned
