"""In progress: waits for somebody else, with notes of two agents."""

from support.demo.script import Assigns, Moves, Notes, Reads, Says, Ticket, days_ago
from support.workflow import Status, TicketType

TICKET = Ticket(
    key="placement-end-date",
    requester="amira",
    when=days_ago(5, "11:15"),
    subject="Change my placement end date",
    description=(
        "My placement has been extended by six weeks, to the end of next month. The end date on my profile is locked. "
        "Could you change it for me? The signed extension letter is in my documents."
    ),
    ticket_type=TicketType.TASK,
    tags=("placement", "profile"),
    page="/profile/placement",
    steps=(
        Assigns("chen", days_ago(5, "12:02"), "chen"),
        Moves("chen", days_ago(5, "12:02:20"), Status.IN_PROGRESS),
        Says(
            "chen",
            days_ago(5, "12:10"),
            "Hi Amira, congratulations on the extension. I can see the letter. Because your training plan depends on "
            "that date I’m asking the placements team to confirm, and I’ll come back to you within two working days.",
        ),
        Reads("amira", days_ago(5, "12:40")),
        Notes(
            "chen",
            days_ago(4, "10:30"),
            "Placements have the letter. Waiting for the supervisor’s confirmation, they expect it this week.",
        ),
        Notes(
            "ben",
            days_ago(4, "10:52"),
            "I saw the same for another intern: the training plan has to be re-dated too.",
        ),
        Says(
            "amira",
            days_ago(2, "15:20"),
            "No rush at all, just so you know: my supervisor has replied to placements today.",
        ),
        Reads("chen", days_ago(2, "15:31")),
    ),
)
