"""The ledger's moves: claim, settle, find what is due, admit what is uncertain.

Each is one short transaction of its own, so that nothing is held open while a mail server thinks. A row is claimed by
exactly one worker; what a worker that was killed had claimed becomes *uncertain* and is shown, not sent again.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from notifications.models import BY_CALENDAR, WAITING, Delivery, Hold, Reason, State
from notifications.services.accounts import empty
from notifications.transports.base import MAY_HAVE_LEFT, Outcome, Verdict, sent
from notifications.transports.registry import TRANSPORTS

TRIES_FOR: Final = timedelta(days=3)
MOST_TRIES: Final = 18  # as many as three days have room for
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
MOST_JOINED: Final = 20  # messages in one mail
# A claim is its worker's lease. No task outlives its time limit (25 s), so nobody can still be at work on a
# claim this old, 15 s allowed for clocks that differ; with the sweep's 10 s people are told within a minute.
UNCERTAIN_AFTER: Final = timedelta(seconds=40)
# By hand, because the ORM has no UPDATE that passes what another one has locked: one statement and one way there.
_TAKE: Final = """
UPDATE notifications_delivery SET state = %s, claimed_at = %s, attempts = attempts + 1, carrier_id = NULL
WHERE id IN (
    SELECT delivery.id FROM notifications_delivery AS delivery
        JOIN unnest(%s::uuid[], %s::integer[], %s::uuid[]) AS seen (id, attempts, recipient_id) USING (id)
    WHERE delivery.state = ANY(%s) AND delivery.held = '' AND delivery.due_at <= %s
        AND delivery.attempts = seen.attempts AND delivery.recipient_id IS NOT DISTINCT FROM seen.recipient_id
    FOR NO KEY UPDATE OF delivery SKIP LOCKED
) RETURNING id"""
_CLAIMED: Final = (State.SENDING, State.UNCERTAIN)  # the truth about what was given up may still arrive


def look(ids: Sequence[uuid.UUID] | None, transport: str, limit: int, now: datetime) -> list[Delivery]:
    """Up to `limit` due rows (of these ids, if given), oldest first, with who is in them. Nobody has claimed them."""
    due = _due(now).filter(transport=transport)
    if ids is not None:
        due = due.filter(id__in=ids)
    return list(due.select_related("recipient", "ticket__requester", "ticket__assigned_to")[:limit])


def take(rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Claim rows that were looked at; not those that moved on meanwhile, or that another worker has."""
    as_seen = [[row.id for row in rows], [row.attempts for row in rows], [row.recipient_id for row in rows]]
    taken = _ids(_TAKE, State.SENDING, now, *as_seen, list(WAITING), now)
    claimed = [row for row in rows if row.id in taken]
    for row in claimed:
        row.state, row.claimed_at, row.attempts, row.carrier = State.SENDING, now, row.attempts + 1, None
    return claimed


def claim(ids: Sequence[uuid.UUID] | None, transport: str, limit: int, now: datetime) -> list[Delivery]:
    """Take up to `limit` due rows for sending; rows that another worker takes are passed."""
    return take(look(ids, transport, limit, now), now)


def join(row: Delivery, now: datetime) -> list[Delivery]:
    """Take along what else waits to be said to the same reader about the same thread: it goes with this row's mail.

    What may have left goes again with what it went with, and with nothing new: whoever has that mail drops a second one
    of its name.
    """
    may_have_left = Q(cause__startswith=MAY_HAVE_LEFT)
    alike = Delivery.objects.filter(
        transport=row.transport, notice=row.notice, recipient=row.recipient_id, ticket=row.ticket_id
    )
    alike = alike.filter(may_have_left if row.cause.startswith(MAY_HAVE_LEFT) else ~may_have_left)
    waiting = alike.filter(state__in=WAITING, held="").exclude(id=row.id).order_by("due_at", "id")
    with transaction.atomic():
        taken = list(waiting.select_for_update(skip_locked=True).values_list("id", flat=True)[:MOST_JOINED])
        Delivery.objects.filter(id__in=taken).update(
            state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1, carrier=row
        )
    joined = Delivery.objects.filter(id__in=taken).order_by("due_at", "id")
    return list(joined.select_related("recipient", "ticket__requester", "ticket__assigned_to"))


def hold(row: Delivery, why: Hold) -> None:
    """Put a claimed row back, to wait until somebody releases it. It was no try."""
    put_back(row, held=why)


def postpone(row: Delivery, until: datetime) -> None:
    """Put a claimed row back until then. It was no try."""
    put_back(row, due_at=until)


def put_back(row: Delivery, **change: Any) -> None:
    """A claimed row that was not tried."""
    claimed = Delivery.objects.filter(id=row.id, state=State.SENDING, attempts=row.attempts)
    before = row.attempts - 1
    state = State.QUEUED if before else State.PLANNED
    claimed.update(state=state, attempts=before, claimed_at=None, **change)


def settle(row: Delivery, outcome: Outcome, now: datetime, *, again: datetime | None = None) -> bool:
    """Write how the attempt on a claimed row ended; False when the row has moved on meanwhile.

    `again`: when it is tried once more, if it is; by its own number of tries when not said.
    """
    change = _change(row, outcome, now, again or now + wait_after(row.attempts))
    claimed = Delivery.objects.filter(id=row.id, attempts=row.attempts, state__in=_CLAIMED)
    settled = claimed.update(**change) == 1
    if not settled and outcome.provider_id:  # tracking was quicker; under this name it will speak of it again
        Delivery.objects.filter(id=row.id, attempts=row.attempts, provider_id="").update(
            provider_id=outcome.provider_id
        )
    if settled and row.account_mail_id and change["state"] != State.QUEUED:
        empty(row.account_mail_id, now)
    return settled


def settle_sent(rows: Sequence[Delivery], now: datetime) -> None:
    """Together, the same as `settle` for each: sent, under no name at a provider. Waits for none but locked rows."""
    change = "state = %s, settled_at = %s, cause = '', reason = '', provider_id = ''"
    for row in _passed_over(rows, _CLAIMED, change, State.SENT, now):
        settle(row, sent(), now)


def put_back_untried(rows: Sequence[Delivery]) -> None:
    """Together, the same as `put_back` for each. Waits for none but locked rows."""
    change = "state = CASE WHEN attempts > 1 THEN %s ELSE %s END, attempts = attempts - 1, claimed_at = NULL"
    for row in _passed_over(rows, [State.SENDING], change, State.QUEUED, State.PLANNED):
        put_back(row)


def _passed_over(
    rows: Sequence[Delivery], states: Sequence[State], change: str, *values: Any
) -> list[Delivery]:
    """Change claimed rows in one statement; those that it could not, because they are locked or have moved on."""
    statement = f"""
UPDATE notifications_delivery SET {change} WHERE id IN (
    SELECT delivery.id FROM notifications_delivery AS delivery
        JOIN unnest(%s::uuid[], %s::integer[]) AS claimed (id, attempts) USING (id)
    WHERE delivery.state = ANY(%s) AND delivery.attempts = claimed.attempts
    FOR NO KEY UPDATE OF delivery SKIP LOCKED
) RETURNING id"""  # noqa: S608 - the changes above
    as_claimed = [row.id for row in rows], [row.attempts for row in rows]
    changed = _ids(statement, *values, *as_claimed, list(states))
    return [row for row in rows if row.id not in changed]


def _ids(statement: str, *values: Any) -> set[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row_id for (row_id,) in cursor.fetchall()}


def planned_by(event_ids: Sequence[uuid.UUID], now: datetime) -> dict[str, list[uuid.UUID]]:
    """What these events planned and is due at once, by transport: what to ring for after a batch."""
    return _by_transport(_due(now).filter(event_id__in=event_ids))


def find_due(now: datetime, limit: int = 1000) -> dict[str, list[uuid.UUID]]:
    """Whatever waits and whose time has come, oldest first, by transport: what a lost task forgot.

    Up to `limit` of each, and of all that nobody speaks any more: none waits behind the backlog of another.
    """
    due = _due(now)
    each = [due.filter(transport=name) for name in TRANSPORTS] + [due.exclude(transport__in=list(TRANSPORTS))]
    return {name: ids for rows in each for name, ids in _by_transport(rows[:limit]).items()}


def find_replayed(now: datetime) -> dict[str, list[uuid.UUID]]:
    """What a step of a run put back into the queue at this moment, by transport."""
    return _by_transport(_due(now).filter(replayed_at=now))


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state__in=WAITING, held="", due_at__lte=now).order_by("due_at", "id")


def _by_transport(due: QuerySet[Delivery]) -> dict[str, list[uuid.UUID]]:
    ids: dict[str, list[uuid.UUID]] = {}
    for transport, row_id in due.values_list("transport", "id"):
        ids.setdefault(transport, []).append(row_id)
    return ids


def mark_uncertain(now: datetime) -> set[uuid.UUID]:
    """Rows whose worker died between sending and settling: whether they left is unknown. The tickets they are about."""
    stuck = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=now - UNCERTAIN_AFTER)
    with transaction.atomic():
        found = list(stuck.select_for_update(skip_locked=True).values_list("id", flat=True))
        rows = Delivery.objects.filter(id__in=found)
        rows.update(state=State.UNCERTAIN, reason=Reason.UNCONFIRMED, settled_at=now)
    return threads_of(rows)


def threads_of(rows: QuerySet[Delivery]) -> set[uuid.UUID]:
    """The tickets whose open pages say something of these."""
    return set(rows.exclude(ticket=None).values_list("ticket_id", flat=True))


def wait_after(attempts: int) -> timedelta:
    """The jittered, capped pause before the next try: at first up to a minute, at last up to six hours."""
    full: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 16))
    return full * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def _change(row: Delivery, outcome: Outcome, now: datetime, again: datetime) -> dict[str, Any]:
    final: dict[str, Any] = {"settled_at": now, "cause": outcome.cause, "reason": outcome.reason or ""}
    if outcome.verdict is Verdict.SENT:
        return final | {"state": State.SENT, "provider_id": outcome.provider_id}
    is_over = _is_over(row, now)
    # What the calendar says is said at most once; anything else rather twice than never.
    if outcome.verdict is Verdict.UNCERTAIN and (is_over or row.notice in BY_CALENDAR):
        return final | {"state": State.UNCERTAIN, "reason": Reason.UNCONFIRMED}
    final["carrier"] = None  # it went with no mail
    if outcome.verdict is Verdict.WITHHELD:
        return final | {"state": State.WITHHELD}
    if outcome.verdict is Verdict.PERMANENT:
        return final | {"state": State.FAILED}
    if is_over:
        return final | {"state": State.FAILED, "reason": Reason.GAVE_UP}
    pause = {"due_at": again, "settled_at": None, "claimed_at": None}
    return final | {"state": State.QUEUED, "reason": ""} | pause


def _is_over(row: Delivery, now: datetime) -> bool:
    """Whether it has been tried for long enough. What was held has been waiting for people: its tries count."""
    return (
        row.attempts >= MOST_TRIES if row.released else now - (row.replayed_at or row.created_at) >= TRIES_FOR
    )
