"""Dora's tickets: a provisional psychologist in her first months. Oldest first."""

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

PROFILE_NAME = Ticket(
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

PD_TWICE = Ticket(
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

SUPERVISOR_ACCESS = Ticket(
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

SUPERVISION_RATIO = Ticket(
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

PHONE_CHANGED = Ticket(
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

HOURS_CHAT = Chat(
    key="hours-after-leave",
    requester="dora",
    when=minutes_ago(6),
    subject="Hi, can I still log hours for the week before my leave?",
    steps=(
        Says("dora", minutes_ago(6), "Hi, can I still log hours for the week before my leave?"),
        Says(
            "dora",
            minutes_ago(4),
            "The week shows a little lock, and my supervisor hasn’t signed it off yet.",
        ),
    ),
)

TICKETS = (PROFILE_NAME, PD_TWICE, SUPERVISOR_ACCESS, SUPERVISION_RATIO, PHONE_CHANGED, HOURS_CHAT)
