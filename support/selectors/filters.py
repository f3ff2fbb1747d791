"""Filters of the ticket lists: what a search box, a tab or a menu asks for, as conditions.

Called by `support.selectors.lists`. Text from outside is made harmless here (neither NUL nor lone surrogates
reach the database); an unknown word of the workflow is refused.
"""

import re
import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from core.models import User
from core.problems import Refused
from support.models.tickets import TicketQuerySet
from support.validators import storable
from support.workflow import ACTIVE, Priority, Status

MOST_SEARCH = 200
DONE = frozenset({Status.RESOLVED, Status.CLOSED})
# The tabs of the lists; a single status is a tab of its own.
TABS: dict[str, frozenset[Status]] = {
    "open": frozenset({Status.OPEN, Status.IN_PROGRESS}),
    "waiting": frozenset({Status.WAITING_USER}),
    "active": ACTIVE,
    "resolved": DONE,
    **{status.value: frozenset({status}) for status in Status},
}
_BIGGEST_NUMBER = 2**31 - 1
_WORD = re.compile(r"[^\W_]+")


def harmless(text: str) -> str:
    """Search text without what PostgreSQL cannot store, cut to a sensible length."""
    return storable(text).strip()[:MOST_SEARCH]


def number_in(text: str) -> int | None:
    """1042 from "PP-1042", "#1042" or "1042"; None from anything else."""
    prefix = rf"(?:{re.escape(settings.REFERENCE_PREFIX)}-?|#)?\s*"
    found = re.fullmatch(prefix + r"(\d{1,10})", text, re.IGNORECASE | re.ASCII)
    number = int(found[1]) if found else None
    return number if number is not None and number <= _BIGGEST_NUMBER else None


def contains(text: str) -> Q:
    """In the subject, the description or the reference: for a person's own tickets, which are few."""
    condition = Q(subject__icontains=text) | Q(description__icontains=text)
    number = number_in(text)
    return condition if number is None else condition | Q(number=number)


def as_typed(text: str) -> Q:
    """What staff look for while they type: an address, a reference or beginnings of words."""
    if "@" in text:
        begins = Q(email__istartswith=text) | Q(is_guest=True, guest_address__istartswith=text)
        return Q(requester__in=User.objects.filter(begins))
    words = _WORD.findall(text)
    if not words:
        return Q(pk__in=[])
    # Only letters and digits are left, so the raw syntax holds nothing but our own operators.
    beginnings = " & ".join(f"{word}:*" for word in words)
    condition = Q(words=SearchQuery(beginnings, search_type="raw", config="english"))
    number = number_in(text)
    return condition if number is None else condition | Q(number=number)


def full_text(text: str) -> Q:
    """Whole words with quotes, OR and minus, as search engines take them."""
    return Q(words=SearchQuery(text, search_type="websearch", config="english"))


def is_plain(text: str) -> bool:
    """Whether full text asks for words alone, none of them missing or beside another."""
    return not {'"', "-"} & set(text)


def narrowed(tickets: TicketQuerySet, *, status: str, priority: str, tag: str) -> TicketQuerySet:
    """Tickets of a status or tab, a priority and a tag; empty means any."""
    conditions: dict[str, Any] = {}
    if status and status != "all":
        conditions["status__in"] = sorted(known(TABS, "status", status))
    if priority:
        conditions["priority"] = known({word.value: word for word in Priority}, "priority", priority)
    if tag:
        conditions["tags__contains"] = [harmless(tag)]
    return tickets.filter(**conditions)


def owned(tickets: TicketQuerySet, *, assignee: str | uuid.UUID, unassigned: bool) -> TicketQuerySet:
    """Tickets of one agent, or of nobody."""
    if unassigned:
        return tickets.filter(assigned_to=None)
    if not assignee:
        return tickets
    try:
        return tickets.filter(assigned_to=uuid.UUID(str(assignee)))
    except ValueError as error:
        raise _unknown("assignee", _("Choose one of the agents.")) from error


def known(words: dict[str, Any], name: str, value: str) -> Any:
    if value not in words:
        raise _unknown(name, gettext(_("Choose one of: {words}.")).format(words=", ".join(words)))
    return words[value]


def _unknown(name: str, sentence: str) -> Refused:
    return Refused("invalid", errors={name: [sentence]})
