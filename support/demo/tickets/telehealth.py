"""Closed: an easy question, answered in twenty minutes."""

from support.demo.script import Assigns, Moves, Reads, Says, Ticket, days_ago
from support.workflow import Priority, Status

TICKET = Ticket(
    key="telehealth-contact",
    requester="amira",
    when=days_ago(16, "09:20"),
    subject="Can I log telehealth sessions as client contact?",
    description=(
        "My placement has moved about half of our sessions to video. Can I log those as client contact, or is there "
        "a separate entry type for telehealth? I’d like to get it right before my supervisor signs off the month."
    ),
    priority=Priority.LOW,
    tags=("logbook", "telehealth"),
    page="/logbook/new",
    steps=(
        Assigns("ben", days_ago(16, "09:31"), "ben"),
        Says(
            "ben",
            days_ago(16, "09:42"),
            "Hi Amira, yes, log them as **client contact** and choose *Video* or *Phone* under “How you met”. They "
            "count towards the same total, and the report shows telehealth on a line of its own.\n\n"
            "If you’ve already logged some without it, open the entry and choose Edit. Your supervisor is only asked "
            "again if the hours change.",
        ),
        Reads("amira", days_ago(16, "10:05")),
        Says("amira", days_ago(16, "10:06"), "Perfect, found it. Thank you for the quick answer!"),
        Reads("ben", days_ago(16, "10:10")),
        Moves("amira", days_ago(16, "10:11:20"), Status.RESOLVED),
        Moves("ben", days_ago(9, "09:00:20"), Status.CLOSED),
    ),
)
