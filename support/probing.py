"""The self-probe's person: who asks in tickets that prove the path, and that nobody is shown.

`SupportTicket.objects` leaves their tickets out, so no face, count, report or digest can meet one; the drain, which has
to, says `everything`. Pure; nobody signs in as this person.
"""

import uuid
from typing import Final

PROBE_ID: Final = uuid.uuid5(uuid.NAMESPACE_URL, "psychpath-support:self-probe")
USERNAME: Final = "self-probe"
ACTOR: Final = f"user:{PROBE_ID}"
# The mails a probe sends, as the ledger calls them.
MAIL: Final = "self-probe"
MAIL_ACTOR: Final = "system:probe"
# Beyond any number that a person is told, within PostgreSQL's integers.
_FIRST_NUMBER: Final = 2_000_000_000
_NUMBERS: Final = 100_000_000


def number_at(seconds: float) -> int:
    """The number of a probe's ticket: it takes none from the sequence that people are given."""
    return _FIRST_NUMBER + int(seconds) % _NUMBERS
