"""Waiting on the requester: a long thread with a note, a raised priority and two unread replies."""

from support.demo.script import Assigns, Moves, Notes, Presses, Reads, Says, Ticket, days_ago
from support.workflow import Priority, Status, TicketType

TICKET = Ticket(
    key="logbook-export",
    requester="amira",
    when=days_ago(3, "15:41"),
    subject="Logbook export is missing week 14 supervision",
    description=(
        "Hi, I exported my logbook for my AHPRA submission and week 14 shows 0 supervision hours. In the app it says "
        "2.5 hours, and my supervisor has signed it off.\n\n"
        "I need to lodge next week, so I’m a bit worried."
    ),
    ticket_type=TicketType.BUG,
    tags=("logbook", "export", "AHPRA"),
    page="/logbook/export",
    steps=(
        Assigns("ben", days_ago(3, "15:44"), "ben"),
        Moves("ben", days_ago(3, "15:44:20"), Status.IN_PROGRESS),
        Says(
            "ben",
            days_ago(3, "15:52"),
            "Hi Amira, thanks for the detail. That would worry me too, and you have plenty of time before you "
            "lodge.\n\nI can see the signed-off entry for week 14, so **your hours are safe**. The export seems to be "
            "reading an older copy. I’m checking why.",
        ),
        Reads("amira", days_ago(3, "16:02")),
        Notes(
            "chen",
            days_ago(3, "16:05"),
            "Looks like the export from last month: a sign-off after a supervisor change leaves it stale. "
            "Rebuilding the export fixes it.",
        ),
        Presses("ben", days_ago(3, "16:10"), Priority.HIGH),
        Says("amira", days_ago(3, "16:12"), "Thank you, that’s a relief. I’ll wait to hear from you."),
        Reads("ben", days_ago(3, "16:20")),
        Says(
            "ben",
            days_ago(1, "10:22"),
            "Good morning Amira. I’ve rebuilt your export. Could you try this and tell me what week 14 shows?\n\n"
            "1. Open **Logbook**, then **Export**\n2. Choose *Weeks 1 to 22* and tick “Include sign-offs”\n"
            "3. Download the PDF again",
        ),
        Says(
            "ben", days_ago(1, "10:24"), "If it still looks wrong, could you send me the PDF you downloaded?"
        ),
        Moves("ben", days_ago(1, "10:24:20"), Status.WAITING_USER),
    ),
)
