"""Resolved: a problem found, explained in a note and mended."""

from support.demo.script import Assigns, Moves, Notes, Reads, Says, Ticket, days_ago
from support.workflow import Status, TicketType

TICKET = Ticket(
    key="pd-hours-twice",
    requester="dora",
    when=days_ago(12, "08:50"),
    subject="Professional development hours counted twice",
    description=(
        "My PD total jumped from 38 to 52 overnight. I think the two-day workshop is in there twice: once from the "
        "calendar, and once from the certificate I uploaded."
    ),
    ticket_type=TicketType.BUG,
    tags=("logbook", "PD hours"),
    page="/logbook/pd",
    steps=(
        Assigns("ben", days_ago(12, "09:15"), "ben"),
        Moves("ben", days_ago(12, "09:15:20"), Status.IN_PROGRESS),
        Says(
            "ben",
            days_ago(12, "09:24"),
            "Hi Dora, well spotted. I can see both entries and I’m checking why they weren’t matched.",
        ),
        Reads("dora", days_ago(12, "09:40")),
        Notes(
            "ben",
            days_ago(12, "11:05"),
            "The certificate has the course under a different title, so the match failed. Removed the calendar copy, "
            "reported the title matching to the team.",
        ),
        Says(
            "ben",
            days_ago(12, "11:10"),
            "All fixed: your total is back to **38 hours**, and the certificate is attached to the entry that stays.",
        ),
        Reads("dora", days_ago(12, "12:01")),
        Says(
            "dora",
            days_ago(12, "12:02"),
            "Looks right now, thank you Ben. I’ll keep the titles the same next time.",
        ),
        Reads("ben", days_ago(12, "12:10")),
        Moves("ben", days_ago(12, "12:10:20"), Status.RESOLVED),
    ),
)
