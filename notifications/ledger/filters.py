"""The filter of the ledger: state, transport, person, ticket, time; the same for a list and for a run over all of it.

Pure, but for the query it builds. Read from the page's query, and written back into links and into the run that is
asked for, so that what is replayed is what was looked at. A value that nobody offered raises Refused("invalid").
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Final, Self

from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_noop as _

from core.problems import Refused
from notifications.models import WAITING, Delivery, State
from support.selectors.filters import number_in

# Beside the states themselves: what a person looks for.
HELD: Final = "held"
TROUBLE: Final = "trouble"
TROUBLED: Final = (State.FAILED, State.UNCERTAIN, State.BOUNCED, State.COMPLAINED)
MOST: Final = 100
ENDS: Final = {"since": time.min, "until": time.max}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Words as they stand in the address of the page; empty means any. Days are the reader's."""

    state: str = ""
    transport: str = ""
    person: str = ""
    ticket: str = ""
    since: str = ""
    until: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """The known names of a query, without what is around them."""
        return cls(**{name: query.get(name, "").strip()[:MOST] for name in cls.__dataclass_fields__})

    @property
    def query(self) -> dict[str, str]:
        """What is set, for a link or a run."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def pinned(self) -> dict[str, str]:
        """The same with the reader's days as moments: a worker has no reader whose clock it could ask."""
        days = {name: self.query[name] for name in ENDS if name in self.query}
        return self.query | {name: _moment(name, day).isoformat() for name, day in days.items()}

    def of(self, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        """The rows that match."""
        rows = rows.filter(_in_state(self.state), _about(self.ticket), _to(self.person))
        if self.transport:
            rows = rows.filter(transport=self.transport)
        if self.since:
            rows = rows.filter(created_at__gte=_moment("since", self.since))
        if self.until:
            rows = rows.filter(created_at__lte=_moment("until", self.until))
        return rows


def _in_state(state: str) -> Q:
    if not state:
        return Q()
    if state == HELD:
        return Q(state__in=WAITING) & ~Q(held="")
    if state == TROUBLE:
        return Q(state__in=TROUBLED)
    if state not in State.values:
        raise _unknown("state", _("Choose one of the states."))
    return Q(state=state)


def _about(reference: str) -> Q:
    if not reference:
        return Q()
    number = number_in(reference)
    if number is None:
        raise _unknown("ticket", _("Write a ticket as PP-1042 or 1042."))
    return Q(ticket__number=number)


def _to(person: str) -> Q:
    """An address as it was used, or somebody by the beginning of their name."""
    if not person:
        return Q()
    if "@" in person:
        return Q(address__istartswith=person) | Q(recipient__email__istartswith=person)
    names = Q(recipient__first_name__istartswith=person) | Q(recipient__last_name__istartswith=person)
    return names | Q(recipient__username__iexact=person)


def _moment(name: str, day: str) -> datetime:
    """The beginning or the end of a day where the reader is; a pinned one says so itself."""
    try:
        if "T" in day:
            return datetime.fromisoformat(day)
        return datetime.combine(date.fromisoformat(day), ENDS[name], get_current_timezone())
    except ValueError as error:
        raise _unknown(name, _("Choose a day.")) from error


def _unknown(name: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, errors={name: [sentence]})
