"""In progress: a suggestion, answered while nobody looked."""

from support.demo.script import Assigns, Moves, Reads, Says, Ticket, days_ago
from support.workflow import Priority, Status, TicketType

TICKET = Ticket(
    key="supervision-ratio",
    requester="dora",
    when=days_ago(3, "16:45"),
    subject="Show the supervision ratio on the overview",
    description=(
        "It would help to see how my supervision hours compare with my practice hours on the overview, not only in the "
        "monthly report. A small line under the supervision total would be plenty."
    ),
    priority=Priority.LOW,
    ticket_type=TicketType.FEATURE,
    tags=("overview", "supervision"),
    page="/overview",
    steps=(
        Assigns("ben", days_ago(2, "11:00"), "ben"),
        Moves("ben", days_ago(2, "11:00:20"), Status.IN_PROGRESS),
        Says(
            "ben",
            days_ago(2, "11:06"),
            "Hi Dora, that’s a lovely idea and you’re not the first to ask. I’ve passed it on to the team that looks "
            "after the overview. Would you rather see it per month or since the start of your internship?",
        ),
        Reads("dora", days_ago(1, "12:20")),
        Says(
            "dora",
            days_ago(1, "12:24"),
            "Since the start, please. The month jumps around too much to mean anything.",
        ),
    ),
)
