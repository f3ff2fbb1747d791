"""Long threads and lists, put into the database as if written: what is asked of them is not how they came about."""

from tests.system.processes import System

_WRITTEN = """
INSERT INTO support_chatmessage (
    id, ticket_id, author_id, audience, body, is_support, public_sequence, staff_sequence, files, source, created_at)
SELECT gen_random_uuid(), ticket.id, CASE WHEN n %% 3 = 0 THEN agent.id ELSE ticket.requester_id END, 'public',
    'message ' || n || repeat(' and what else there was to say of it', n * 7 %% 5), n %% 3 = 0, n, n, '[]', 'web',
    now() - make_interval(mins => 10 * (%s - n))
FROM generate_series(1, %s) n, support_supportticket ticket, core_user agent
WHERE ticket.id = %s AND agent.username = 'ben'
"""
_COUNTED = """
UPDATE support_supportticket SET public_sequence = %s, staff_sequence = %s, last_message_at = now() WHERE id = %s
"""
_REPEATED = """
INSERT INTO support_supportticket
SELECT (jsonb_populate_record(ticket, jsonb_build_object(
    'id', gen_random_uuid(), 'number', 1000000 + n, 'subject', 'Ticket ' || n,
    'updated_at', now() - make_interval(mins => n)
))).*
FROM generate_series(1, %s) n, support_supportticket ticket
WHERE ticket.id = %s
"""


def fill(system: System, ticket: str, count: int) -> None:
    """A new ticket's thread gets so many messages, every third an agent's, one in ten minutes up to now."""
    system.execute(_WRITTEN, count, count, ticket)
    system.execute(_COUNTED, count, count, ticket)


def repeat(system: System, ticket: str, count: int) -> None:
    """So many more tickets like a new one, the first a minute old, each a minute older than the one before."""
    system.execute(_REPEATED, count, ticket)
