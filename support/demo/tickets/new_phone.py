"""Open and urgent: nobody has opened it."""

from support.demo.script import Labels, Presses, Ticket, minutes_ago
from support.workflow import Priority, TicketType

TICKET = Ticket(
    key="mfa-new-phone",
    requester="dora",
    when=minutes_ago(130),
    subject="The sign-in code goes to my old phone",
    description=(
        "I have a new phone and the authenticator app didn’t move across, so on my laptop I can’t get past the code. "
        "I’m still signed in here on my tablet. I have supervision at 4 pm and need my logbook for it."
    ),
    priority=Priority.HIGH,
    ticket_type=TicketType.BUG,
    tags=("sign-in",),
    page="/account/security",
    steps=(
        Presses("admin", minutes_ago(121), Priority.URGENT),
        Labels("admin", minutes_ago(121), ("sign-in", "MFA")),
    ),
)
