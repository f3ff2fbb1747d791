"""The dozen tickets of the demo: every status, priority and type, unread on both sides, one chat that waits."""

from support.demo import amira, dora
from support.demo.script import Ticket

TICKETS: tuple[Ticket, ...] = (*amira.TICKETS, *dora.TICKETS)
