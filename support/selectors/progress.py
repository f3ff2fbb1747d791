"""Progress: what an open thread cannot know by itself when a broadcast got lost - the ticket's revision, both cursors.

Called for every heartbeat and every history of the sockets. Two queries for any number of readers, all by keys.
"""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from support.selectors.streams import in_both_streams


class Reader(NamedTuple):
    """Whose eyes, which ticket."""

    user_id: uuid.UUID
    ticket_id: uuid.UUID
    is_staff: bool


class Progress(NamedTuple):
    """`own_read` is the reader's cursor, `read` and `received` the other side's, all in the reader's own stream."""

    revision: int = 0
    own_read: int = 0
    read: int = 0
    received: int = 0


# The other side of a requester is everybody on staff, of staff the requester; the reader's own row never counts.
_PROGRESS = """
SELECT coalesce(ticket.revision, 0), coalesce(own.read_sequence, 0),
       coalesce(theirs.read, 0), coalesce(theirs.received, 0)
  FROM unnest(%s::uuid[], %s::uuid[], %s::boolean[])
       WITH ORDINALITY AS asked (user_id, ticket_id, is_staff, place)
  LEFT JOIN support_supportticket AS ticket ON ticket.id = asked.ticket_id
  LEFT JOIN support_participant AS own ON own.ticket_id = asked.ticket_id AND own.user_id = asked.user_id
  LEFT JOIN LATERAL (SELECT max(read_sequence) AS read, max(delivered_sequence) AS received
                       FROM support_participant AS place
                      WHERE place.ticket_id = asked.ticket_id AND place.user_id <> asked.user_id
                        AND (place.role = 'requester') = asked.is_staff) AS theirs ON true
 ORDER BY asked.place
"""


def progress_of(readers: Sequence[Reader]) -> list[Progress]:
    """The progress of each, in the order asked; nothing but zeros where there is no ticket yet."""
    if not readers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(column) for column in zip(*readers, strict=True)])
        rows = cursor.fetchall()
    moves = [
        (reader.ticket_id, sequence, not reader.is_staff)
        for reader, row in zip(readers, rows, strict=True)
        for sequence in row[2:]
    ]
    translated = iter(in_both_streams(moves))
    return [
        Progress(*row[:2], *(next(translated)[reader.is_staff] for _ in row[2:]))
        for reader, row in zip(readers, rows, strict=True)
    ]
