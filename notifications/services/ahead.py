"""Ahead: the next due rows and what has to be asked about each, read together; claimed as few at once as is sensible.

Called by delivery. Fifty rows cost as many reads as one did; that was most of what a mail cost. A mail is claimed by
itself, so a worker that is killed leaves one uncertain; notices, which wait for nobody's server, are claimed and
settled ten at a time. Wishes, rights, suppression and breakers are still asked last: what was read is thrown away when
it is a second old, which behind a slow server is after every mail, and what was claimed with it is put back.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

from django.utils import timezone

from core.failpoints import reached
from notifications.models import EMAIL, Delivery, IncomingMail, Preference, Suppression
from notifications.services.breakers import Guard
from notifications.services.ledger import look, put_back_untried, settle, settle_sent, take
from notifications.transports.base import Outcome, sent
from notifications.transports.registry import TRANSPORTS

AT_ONCE: Final = 50  # as many as go over one connection
FRESH_SECONDS: Final = 1.0


@dataclass
class Ahead:
    """`next` is the next claimed row, with `wishes`, `suppressed` and `guard` as of a moment ago."""

    transport: str
    ids: Sequence[uuid.UUID] | None
    guard: Guard = field(default_factory=Guard)
    wishes: dict[uuid.UUID, Preference] = field(default_factory=dict)
    suppressed: set[str] = field(default_factory=set)
    _rows: list[Delivery] = field(default_factory=list)
    _claimed: list[Delivery] = field(default_factory=list)
    _sent: list[Delivery] = field(default_factory=list)
    _read_at: float = float("-inf")
    _taken: int = AT_ONCE

    def any(self) -> bool:
        """Whether something is due."""
        self._read()
        return bool(self._rows)

    def next(self) -> Delivery | None:
        """None when nothing is due that others do not have; what another worker takes meanwhile is passed."""
        if not self._claimed or self._is_stale():
            self.close()
            self._claim()
        if not self._claimed:
            return None
        self._taken += 1
        return self._claimed.pop(0)

    def settle(self, row: Delivery, outcome: Outcome, again: datetime) -> None:
        """Write how it ended, and when it is tried again, if it is: at once, or with those it was claimed with."""
        if self._at_once > 1 and outcome == sent():
            self._sent.append(row)
            return
        reached("settle.before", self.transport)
        settle(row, outcome, timezone.now(), again=again)
        reached("settle.after", self.transport)

    def close(self) -> None:
        """Nothing stays claimed: what was sent is settled, what was not tried is put back."""
        given, untried = self._sent, self._claimed
        self._sent, self._claimed = [], []
        try:
            if given:
                reached("settle.before", self.transport)
                settle_sent(given, timezone.now())
                reached("settle.after", self.transport)
        finally:
            if untried:
                put_back_untried(untried)

    def wishes_of(self, row: Delivery) -> Preference | None:
        """Whoever never said anything has none."""
        return self.wishes.get(row.recipient_id) if row.recipient_id else None

    def _is_stale(self) -> bool:
        return monotonic() - self._read_at > FRESH_SECONDS

    @property
    def _at_once(self) -> int:
        return TRANSPORTS[self.transport].claims

    def _claim(self) -> None:
        if self._is_stale():
            self._read()
        while not self._claimed:
            if not self._rows and self._taken:
                self._read()
            if not self._rows:
                return
            several, self._rows = self._rows[: self._at_once], self._rows[self._at_once :]
            reached("claim.before", self.transport)
            self._claimed = take(several, timezone.now())
        reached("claim.after", self.transport)

    def _read(self) -> None:
        """As many as may be sent while they are fresh: twice what it was the last time."""
        limit = min(AT_ONCE, 2 * self._taken or AT_ONCE)
        self._read_at, self._taken = monotonic(), 0
        self._rows = look(self.ids, self.transport, limit, timezone.now())
        self.wishes = Preference.objects.in_bulk({row.recipient_id for row in self._rows if row.recipient_id})
        if self.transport == EMAIL and self._rows:
            _readdress(self._rows)
            self.suppressed = _suppressed(self._rows)
            self.guard.foresee(self._rows, timezone.now())
            _note_what_they_wrote(self._rows)


def _readdress(rows: Iterable[Delivery]) -> None:
    """A mail goes to the address of today: the one it was planned for may be given up, or in other hands."""
    for row in rows:
        if row.recipient and row.recipient.mail_address != row.address:
            row.address = row.recipient.mail_address
            row.save(update_fields=["address"])


def _suppressed(rows: Iterable[Delivery]) -> set[str]:
    """Of the addresses that these go to."""
    addresses = {row.address.lower() for row in rows}
    return set(Suppression.objects.filter(address__in=addresses).values_list("address", flat=True))


def _note_what_they_wrote(rows: Iterable[Delivery]) -> None:
    """On each row the Message-ID of the last mail of its reader about its ticket."""
    wrote = IncomingMail.objects.exclude(message_id_header="").filter(
        ticket__in={row.ticket_id for row in rows}, author__in={row.recipient_id for row in rows}
    )
    last = wrote.order_by("ticket", "author", "-received_at").distinct("ticket", "author")
    found: dict[tuple[uuid.UUID | None, uuid.UUID | None], str] = {
        (ticket, author): header
        for ticket, author, header in last.values_list("ticket", "author", "message_id_header")
    }
    for row in rows:
        row.answered = found.get((row.ticket_id, row.recipient_id), "")
