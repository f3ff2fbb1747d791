"""Amira's tickets: a provisional psychologist close to the end of her 5+1 internship. Oldest first."""

from support.demo.script import (
    Assigns,
    Chat,
    Labels,
    Moves,
    Notes,
    Presses,
    Reads,
    Says,
    Ticket,
    days_ago,
    minutes_ago,
)
from support.workflow import Priority, Status, TicketType

TELEHEALTH = Ticket(
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

CANCELLED_SESSION = Chat(
    key="cancelled-supervision",
    requester="amira",
    when=days_ago(7, "13:02"),
    subject="Where do I record a supervision session that was cancelled?",
    steps=(
        Says(
            "amira",
            days_ago(7, "13:02"),
            "Where do I record a supervision session that was cancelled?\nIt still shows as upcoming on my overview.",
        ),
        Assigns("ben", days_ago(7, "13:04"), "ben"),
        Says("ben", days_ago(7, "13:05"), "Hi Amira, I’m having a look at your calendar now."),
        Reads("amira", days_ago(7, "13:05")),
        Says(
            "ben",
            days_ago(7, "13:08"),
            "You don’t need to record it: open the session and choose **Didn’t go ahead**. It leaves your overview, "
            "and no hours are counted.",
        ),
        Reads("amira", days_ago(7, "13:09")),
        Says("amira", days_ago(7, "13:10"), "That’s it, gone. Thanks Ben, have a good afternoon!"),
        Labels("ben", days_ago(7, "13:11"), ("supervision", "calendar")),
        Reads("ben", days_ago(7, "13:11")),
        Moves("ben", days_ago(7, "13:11:20"), Status.RESOLVED),
    ),
)

PLACEMENT_END = Ticket(
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

LOGBOOK_EXPORT = Ticket(
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

CASE_REPORTS = Ticket(
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

SECOND_SUPERVISOR = Ticket(
    key="invite-second-supervisor",
    requester="amira",
    when=minutes_ago(48),
    subject="Invite a second supervisor from another practice",
    description=(
        "I’m starting a day a week at a second practice and would like to add a secondary supervisor there. The invite "
        "form only offers people from my current practice. How do I invite somebody from outside?"
    ),
    tags=("supervision", "invites"),
    page="/supervision/invite",
    steps=(Reads("chen", minutes_ago(31)),),
)

TICKETS = (TELEHEALTH, CANCELLED_SESSION, PLACEMENT_END, LOGBOOK_EXPORT, CASE_REPORTS, SECOND_SUPERVISOR)
