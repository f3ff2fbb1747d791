"""Policies: pure answers about permission.

Asked by the faces before acceptance, and by the services again in the drain.
"""

import uuid
from dataclasses import dataclass
from typing import Protocol


class Person(Protocol):
    """Who asks."""

    @property
    def pk(self) -> uuid.UUID: ...
    @property
    def is_staff(self) -> bool: ...
    @property
    def is_superuser(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...


class Ticket(Protocol):
    """What is asked about."""

    @property
    def requester_id(self) -> uuid.UUID: ...


@dataclass(frozen=True)
class may:  # noqa: N801  (reads as a sentence: may(ben).post_to(ticket))
    """What a person may do. A requester has rights in their own tickets, an active agent in all."""

    person: Person

    @property
    def help(self) -> bool:
        """Act as support."""
        return self.person.is_active and self.person.is_staff

    @property
    def administer(self) -> bool:
        """Act as a support admin."""
        return self.help and self.person.is_superuser

    def see(self, ticket: Ticket) -> bool:
        return self.help or (self.person.is_active and ticket.requester_id == self.person.pk)

    def post_to(self, ticket: Ticket, audience: str = "public") -> bool:
        return self.see(ticket) if audience == "public" else self.help

    def own(self, ticket: Ticket) -> bool:
        """Rate its chat, ask for a transcript: what is the requester's alone."""
        return self.person.is_active and ticket.requester_id == self.person.pk

    def end_chat_of(self, ticket: Ticket) -> bool:
        return self.see(ticket)

    def change(self, ticket: Ticket) -> bool:
        """Assignment, priority, tags."""
        return self.help

    def change_status_of(self, ticket: Ticket) -> bool:
        return self.see(ticket)
