"""Rights: what every open socket of this process may still do, re-read in one query.

Called by the hub every 1.5 seconds, in a reading thread. One statement for all sockets, whatever their number:
person, session and ticket are looked up by their keys. The answer also carries how far each thread is, for heartbeats.
"""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection


class Asked(NamedTuple):
    """What one socket stands on; `ticket_id` is None for a notification socket."""

    user_id: uuid.UUID
    session_key: str
    ticket_id: uuid.UUID | None


class Standing(NamedTuple):
    """What is true now. `password` (its hash) changes with the password; a missing person has none."""

    is_signed_in: bool
    is_staff: bool
    password: str
    requester_id: uuid.UUID | None
    public_sequence: int | None
    staff_sequence: int | None
    chat_state: str | None

    def shows_ticket_to(self, user_id: uuid.UUID) -> bool:
        """The ticket exists, and is theirs or they are staff."""
        return self.requester_id is not None and (self.is_staff or self.requester_id == user_id)

    def last_sequence(self, *, staff: bool) -> int:
        """The last number in the reader's own stream; 0 without a ticket."""
        return (self.staff_sequence if staff else self.public_sequence) or 0


_STANDINGS = """
SELECT coalesce(person.is_active, false) AND session.session_key IS NOT NULL,
       coalesce(person.is_staff, false),
       coalesce(person.password, ''),
       ticket.requester_id, ticket.public_sequence, ticket.staff_sequence,
       chat.state
  FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) WITH ORDINALITY AS asked (user_id, session_key, ticket_id, place)
  LEFT JOIN core_user AS person ON person.id = asked.user_id
  LEFT JOIN django_session AS session
         ON session.session_key = asked.session_key AND session.expire_date > now()
  LEFT JOIN support_supportticket AS ticket ON ticket.id = asked.ticket_id
  LEFT JOIN LATERAL (SELECT state FROM support_chatsession
                      WHERE ticket_id = asked.ticket_id ORDER BY created_at DESC LIMIT 1) AS chat ON true
 ORDER BY asked.place
"""


def standings(asked: Sequence[Asked]) -> list[Standing]:
    """The standing of each, in the order asked."""
    columns = [list(column) for column in zip(*asked, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, columns)
        return [Standing(*row) for row in cursor.fetchall()]
