"""Few: searched tickets, asked for in the way that is cheap for how many there are.

Called by `support.selectors.lists`. A page of what is common is filled by walking all tickets by date. For what is rare
that walk is long (2.5 s for a word that nobody wrote, at 100,000 tickets), and PostgreSQL would take it all the same:
few tickets are looked up first, by their index, which reads every match whatever the page holds.
"""

import json
from typing import Final

from core.models import User
from support.models.tickets import TicketQuerySet
from support.selectors.tickets import tickets_for

FEW: Final = 1000
# Of all tickets: a page is full after some five hundred. Of a word that it does not know PostgreSQL guesses 0.005.
COMMON: Final = 0.05


def named_if_few(user: User, tickets: TicketQuerySet, *, is_guessed: bool) -> TicketQuerySet:
    """The same tickets; when they are few, named by their ids.

    `is_guessed`: PostgreSQL's guess of how many they are is good. It multiplies as if no word minded another, which is
    far too many for a phrase or for a word that must be missing.
    """
    if is_guessed and _are_common(user, tickets):
        return tickets
    found = list(tickets.order_by().values_list("pk", flat=True)[: FEW + 1])
    return tickets if len(found) > FEW else tickets_for(user).filter(pk__in=found)


def _are_common(user: User, tickets: TicketQuerySet) -> bool:
    guess = _guess(tickets)
    return guess > FEW and guess > COMMON * _guess(tickets_for(user))


def _guess(tickets: TicketQuerySet) -> float:
    """From PostgreSQL's statistics; it is not asked about what cannot be."""
    told = tickets.order_by().values("pk").explain(format="json")
    return float(json.loads(told)[0]["Plan"]["Plan Rows"]) if told else 0.0
