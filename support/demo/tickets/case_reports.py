"""In progress: a deadline is near, and two messages are unread by support."""

from support.demo.script import Assigns, Moves, Notes, Reads, Says, Ticket, days_ago, minutes_ago
from support.workflow import Priority, Status

TICKET = Ticket(
    key="ahpra-case-reports",
    requester="amira",
    when=days_ago(2, "09:05"),
    subject="Do both case reports need to be assessed before I apply for general registration?",
    description=(
        "I’m finishing my 5+1 internship. One case report is assessed, the second is still with my supervisor. The "
        "checklist says “case reports complete”, and I’m not sure whether I can lodge before the second one is back."
    ),
    priority=Priority.HIGH,
    tags=("AHPRA", "case reports"),
    page="/submission/checklist",
    steps=(
        Assigns("ben", days_ago(2, "09:30"), "ben"),
        Moves("ben", days_ago(2, "09:30:20"), Status.IN_PROGRESS),
        Says(
            "ben",
            days_ago(2, "09:48"),
            "Hi Amira, our checklist only turns green when both are assessed, because the submission pack includes the "
            "two assessment forms. What the Board accepts is theirs to say, so I’ve asked our submissions team to "
            "point us to the current guideline. I’ll write as soon as I have it.",
        ),
        Reads("amira", days_ago(2, "10:15")),
        Notes(
            "ben",
            days_ago(2, "10:20"),
            "Asked submissions for the current wording. Please don’t quote the old FAQ.",
        ),
        Says(
            "amira",
            minutes_ago(95),
            "Thanks Ben. My supervisor hopes to have the second one back on Thursday, so it may sort itself out.",
        ),
        Says(
            "amira",
            minutes_ago(93),
            "Could you still tell me what the guideline says? I’d like to plan for either.",
        ),
    ),
)
