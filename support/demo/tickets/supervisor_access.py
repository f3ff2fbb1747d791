"""Waiting on the requester: a question that is unread by her."""

from support.demo.script import Assigns, Moves, Reads, Says, Ticket, days_ago
from support.workflow import Priority, Status, TicketType

TICKET = Ticket(
    key="supervisor-case-reports",
    requester="dora",
    when=days_ago(4, "14:30"),
    subject="Second supervisor can’t see my case reports",
    description=(
        "I’ve added a secondary supervisor and she has accepted, but she can’t open my case reports. She sees my "
        "logbook without a problem. Is there a setting I’ve missed?"
    ),
    priority=Priority.HIGH,
    ticket_type=TicketType.BUG,
    tags=("supervision", "case reports"),
    page="/supervision",
    steps=(
        Assigns("chen", days_ago(4, "14:41"), "chen"),
        Moves("chen", days_ago(4, "14:41:20"), Status.IN_PROGRESS),
        Says(
            "chen",
            days_ago(4, "14:55"),
            "Hi Dora, you haven’t missed anything. Secondary supervisors see case reports once they’ve confirmed their "
            "own registration number, and hers is still open. I’ve sent her a new link.",
        ),
        Reads("dora", days_ago(4, "15:30")),
        Says("dora", days_ago(4, "15:33"), "Ah, that makes sense. I’ll let her know."),
        Reads("chen", days_ago(4, "15:40")),
        Says(
            "chen",
            days_ago(1, "09:10"),
            "Good morning Dora, did the link reach her? I can’t see a confirmation yet.",
        ),
        Moves("chen", days_ago(1, "09:10:20"), Status.WAITING_USER),
    ),
)
