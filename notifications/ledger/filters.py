"""The filter of the ledger: state, transport, person, ticket, time; the same for a list and for a run over all of it.

Read from the page's query, and written back into links and into the run that is asked for, so that what is replayed is
what was looked at. Raises Refused("invalid") on a value that nobody offered.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Self

from django.db.models import QuerySet

from notifications.ledger.conditions import ENDS, about, in_state, moment, to
from notifications.models import Delivery
from support.validators import storable

MOST: Final = 100


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
        return cls(
            **{name: storable(query.get(name, "")).strip()[:MOST] for name in cls.__dataclass_fields__}
        )

    @property
    def query(self) -> dict[str, str]:
        """What is set, for a link or a run."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def pinned(self) -> dict[str, str]:
        """The same with the reader's days as moments: a worker has no reader whose clock it could ask."""
        days = {name: self.query[name] for name in ENDS if name in self.query}
        return self.query | {name: moment(name, day).isoformat() for name, day in days.items()}

    def of(self, rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        """The rows that match."""
        rows = rows.filter(in_state(self.state), about(self.ticket), to(self.person))
        if self.transport:
            rows = rows.filter(transport=self.transport)
        if self.since:
            rows = rows.filter(created_at__gte=moment("since", self.since))
        if self.until:
            rows = rows.filter(created_at__lte=moment("until", self.until))
        return rows
