"""Closed: a small request, done the same hour."""

from support.demo.script import Assigns, Moves, Reads, Says, Ticket, days_ago
from support.workflow import Priority, Status, TicketType

TICKET = Ticket(
    key="profile-name",
    requester="dora",
    when=days_ago(19, "10:12"),
    subject="Update the name on my profile",
    description=(
        "I got married and my AHPRA registration now shows my new surname. Could you update my profile so that new "
        "reports carry it? My registration number hasn’t changed."
    ),
    priority=Priority.LOW,
    ticket_type=TicketType.TASK,
    tags=("profile",),
    page="/profile",
    steps=(
        Assigns("chen", days_ago(19, "10:40"), "chen"),
        Says(
            "chen",
            days_ago(19, "10:55"),
            "Hi Dora, congratulations! Your profile now shows **Lindqvist**, as on the public register. Reports that "
            "were signed before today keep the earlier name, which is what the Board expects.",
        ),
        Moves("chen", days_ago(19, "10:56:20"), Status.RESOLVED),
        Reads("dora", days_ago(19, "17:30")),
        Moves("chen", days_ago(12, "09:00:20"), Status.CLOSED),
    ),
)
