"""The transport protocol: how a new means of saying it is added, as one file and one line in the registry.

A transport sends one delivery at a time inside a session, so that a connection is opened once for many. It decides
how each attempt went and raises nothing that a delivery could be to blame for. Must not touch the ledger: claiming
before and settling after is the business of notifications.services.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from notifications.models import Delivery, Reason
from notifications.person import Person

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Verdict(StrEnum):
    """How an attempt ended."""

    SENT = "sent"
    TRANSIENT = "transient"  # worth another try
    PERMANENT = "permanent"  # will never work for this recipient or content
    WITHHELD = "withheld"  # not to be sent any more
    UNCERTAIN = "uncertain"  # the other side had all of it and did not answer: it may have left


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One attempt's end. `halt`: the means itself is in trouble, so the session's other deliveries wait as well.

    `bad_address`: it is the address that will never work, whatever is sent there.
    """

    verdict: Verdict
    provider_id: str = ""
    cause: str = ""
    reason: Reason | None = None
    halt: bool = False
    bad_address: bool = False


CAUSE: Final = 500  # letters of what the other side said
MAY_HAVE_LEFT: Final = "It may have left: "  # how the cause of an uncertain attempt begins

Send = Callable[[Delivery], Outcome]


# The tasks that speak a transport: one for what waits for somebody else's server, one for what is quick.
PATIENT: Final = "email.deliver"
QUICK: Final = "push.deliver"


class Transport(Protocol):
    """One means. `session()` gives the function that sends; whatever it holds open is closed when the block ends.

    `name` stands in rows and in the rules, `label` is what people call it, `task` is PATIENT or QUICK. `claims`: how
    many are claimed at once, which is how many a killed worker leaves uncertain.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> "StrOrPromise": ...
    @property
    def task(self) -> str: ...
    @property
    def claims(self) -> int: ...

    def no_way_to(self, person: Person) -> Reason | None:
        """Why this person cannot be reached by it, or None."""

    def address_of(self, person: Person) -> str:
        """Where they are reached, as the ledger shows it; empty when there is nothing to show."""

    def session(self) -> AbstractContextManager[Send]: ...


def sent(provider_id: str = "") -> Outcome:
    """The other side has taken it."""
    return Outcome(verdict=Verdict.SENT, provider_id=provider_id)


def transient(cause: str, *, halt: bool = False) -> Outcome:
    """Not now."""
    return Outcome(verdict=Verdict.TRANSIENT, cause=cause, halt=halt)


def uncertain(cause: str) -> Outcome:
    """Nobody knows. Whoever does not answer has trouble, so the session halts."""
    return Outcome(verdict=Verdict.UNCERTAIN, cause=f"{MAY_HAVE_LEFT}{cause}"[:CAUSE], halt=True)


def permanent(cause: str, reason: Reason = Reason.REFUSED, *, bad_address: bool = False) -> Outcome:
    """Never."""
    return Outcome(verdict=Verdict.PERMANENT, cause=cause, reason=reason, bad_address=bad_address)


def withheld(reason: Reason) -> Outcome:
    """Not any more."""
    return Outcome(verdict=Verdict.WITHHELD, reason=reason)
