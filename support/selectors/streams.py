"""Streams: where a number of one reader's stream stands in the other's.

Called by the cursor broadcasts. A requester counts public messages, staff count internal notes too, so "read
up to 5" must be told to each side in its own numbers.
"""

import uuid
from collections.abc import Sequence

from django.db import connection

Cursor = tuple[uuid.UUID, int, bool]

# One index look-up per cursor and direction; the messages themselves are not touched.
_TRANSLATE = """
SELECT
  CASE WHEN place.is_support THEN coalesce((
    SELECT message.public_sequence FROM support_chatmessage message
    WHERE message.ticket_id = place.ticket_id AND message.staff_sequence <= place.sequence
      AND message.public_sequence IS NOT NULL
    ORDER BY message.staff_sequence DESC LIMIT 1), 0)
  ELSE place.sequence END,
  CASE WHEN place.is_support THEN place.sequence ELSE coalesce((
    SELECT message.staff_sequence FROM support_chatmessage message
    WHERE message.ticket_id = place.ticket_id AND message.public_sequence <= place.sequence
    ORDER BY message.public_sequence DESC LIMIT 1), 0)
  END
FROM unnest(%s::uuid[], %s::integer[], %s::boolean[])
  WITH ORDINALITY AS place (ticket_id, sequence, is_support, ordinal)
ORDER BY place.ordinal
"""


def in_both_streams(cursors: Sequence[Cursor]) -> list[tuple[int, int]]:
    """For each (ticket, sequence, counted in the staff's stream) the public and the staff number."""
    if not cursors:
        return []
    with connection.cursor() as database:
        database.execute(_TRANSLATE, [list(column) for column in zip(*cursors, strict=True)])
        return [(public, staff) for public, staff in database.fetchall()]
