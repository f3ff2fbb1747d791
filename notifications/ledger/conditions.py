"""The conditions of the ledger's filter, one for each word a person may set. An empty word is any.

They build a query; who is meant by a name is asked at once. Called by `notifications.ledger.filters` alone. A value
that nobody offered raises Refused("invalid") with what is expected.
"""

from datetime import date, datetime, time
from typing import Final

from django.db.models import Q
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext_noop as _

from core.models import User
from core.problems import Refused
from notifications.models import TROUBLED, WAITING, State
from support.selectors.filters import number_in

# Beside the states themselves: what a person looks for.
HELD: Final = "held"
TROUBLE: Final = "trouble"
FEW: Final = 200
ENDS: Final = {"since": time.min, "until": time.max}


def in_state(state: str) -> Q:
    if not state:
        return Q()
    if state == HELD:
        return Q(state__in=WAITING) & ~Q(held="")
    if state == TROUBLE:
        return Q(state__in=TROUBLED)
    if state not in State.values:
        raise _unknown("state", _("Choose one of the states."))
    return Q(state=state)


def about(reference: str) -> Q:
    if not reference:
        return Q()
    number = number_in(reference)
    if number is None:
        raise _unknown("ticket", _("Write a ticket as PP-1042 or 1042."))
    return Q(ticket__number=number)


def to(person: str) -> Q:
    """An address as it was used, or somebody by the beginning of their name."""
    if not person:
        return Q()
    if "@" in person:
        begins = Q(email__istartswith=person) | Q(is_guest=True, guest_address__istartswith=person)
        return Q(address__istartswith=person) | _of(begins)
    names = Q(first_name__istartswith=person) | Q(last_name__istartswith=person)
    return _of(names | Q(username__iexact=person))


def _of(who: Q) -> Q:
    """The deliveries of these people; when they are few, named by their ids: then each has an index."""
    people = User.objects.filter(who).order_by().values_list("pk", flat=True)
    few = list(people[: FEW + 1])
    return Q(recipient__in=few if len(few) <= FEW else people)


def moment(name: str, day: str) -> datetime:
    """The beginning or the end of a day where the reader is; a pinned one says so itself."""
    try:
        if "T" in day:
            return datetime.fromisoformat(day)
        return datetime.combine(date.fromisoformat(day), ENDS[name], get_current_timezone())
    except ValueError as error:
        raise _unknown(name, _("Choose a day.")) from error


def _unknown(name: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, errors={name: [sentence]})
