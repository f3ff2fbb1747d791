"""One example of every notice, from the people of the mockups; nothing of it is ever stored.

For tests and previews of the templates. Must not touch the database.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from core.models import User
from notifications import links
from notifications.digest import Around, Line, digest
from notifications.guest_links import guest_link
from notifications.notices import Notice, Reader, new_ticket, ticket_assigned, ticket_reply, ticket_update
from notifications.summaries import Unread, Week, team_summary, unread_replies
from notifications.transcripts import chat_transcript
from support.models import ChatMessage, ChatSession, SupportTicket
from support.workflow import Priority, Status

_SUPPORT: Final = Reader(is_support=True, timezone="Australia/Melbourne")
_REQUESTER: Final = Reader(is_support=False, timezone="Australia/Melbourne")
_ANSWER: Final = """Good morning Mia. I’ve rebuilt your export. Could you try this and tell me what week 14 shows?

1. Open Logbook, then Export
2. Choose Weeks 1 to 22 and tick “Include sign-offs”
3. Download the PDF again"""


def _ticket(status: Status) -> SupportTicket:
    return SupportTicket(
        id=uuid.UUID("0195740a-1042-7000-8000-000000000001"),
        number=1042,
        requester=User(username="mia", first_name="Mia", email="mia@psychpath.example"),
        subject="Logbook export is missing week 14 supervision",
        description="I exported my logbook for my AHPRA submission and week 14 shows 0 supervision hours. "
        "In the app it says 2.5 hours.",
        status=status,
        priority=Priority.HIGH,
        tags=["logbook", "export", "AHPRA"],
        created_at=datetime(2026, 3, 9, 4, 41, tzinfo=UTC),
    )


def _answer(ticket: SupportTicket, body: str) -> ChatMessage:
    priya = User(username="priya", first_name="Priya", email="priya@psychpath.example", is_staff=True)
    at = datetime(2026, 3, 9, 23, 22, tzinfo=UTC)
    return ChatMessage(ticket=ticket, author=priya, body=body, is_support=True, created_at=at)


def example_new_ticket() -> Notice:
    """Mia asks."""
    return new_ticket(_ticket(Status.OPEN), _SUPPORT)


def example_ticket_reply() -> Notice:
    """Priya answers."""
    ticket = _ticket(Status.WAITING_USER)
    return ticket_reply(ticket, _answer(ticket, _ANSWER), _REQUESTER)


def example_ticket_update() -> Notice:
    """Priya has solved it."""
    ticket = _ticket(Status.RESOLVED)
    done = "We rebuilt your export. Week 14 now shows 2.5 supervision hours, signed off by your principal supervisor."
    return ticket_update(
        ticket, Status.RESOLVED, _REQUESTER, before="IN_PROGRESS", last=_answer(ticket, done)
    )


def example_ticket_assigned() -> Notice:
    """Priya hands it on."""
    return ticket_assigned(_ticket(Status.IN_PROGRESS), _SUPPORT, by="Priya")


def example_chat_transcript() -> Notice:
    """Mia keeps what was said."""
    ticket = _ticket(Status.IN_PROGRESS)
    answer = _answer(ticket, "No need, his first sign-off still counts. Your edit shows in the history.")
    at = answer.created_at - timedelta(minutes=4)
    asked = ChatMessage(
        ticket=ticket, author=ticket.requester, body="Does Daniel need to sign it again?", created_at=at
    )
    chat = ChatSession(ticket=ticket, requester=ticket.requester, agent=answer.author, created_at=at)
    return chat_transcript(ticket, chat, [asked, answer], _REQUESTER)


def example_guest_link() -> Notice:
    """Grace has no account."""
    grace = User(username="guest-grace", is_guest=True, guest_address="grace@psychpath.example")
    return guest_link(_ticket(Status.OPEN), replace(_REQUESTER, guest=grace))


def example_digest() -> Notice:
    """Grace's morning."""
    now = datetime(2026, 3, 10, 8, 30, tzinfo=ZoneInfo("Australia/Melbourne"))
    lines = [
        _held(
            1042, "Logbook export is missing week 14", "Mia", unread=1, due=now.replace(hour=10, minute=45)
        ),
        _held(
            1044,
            "Can’t sign in after changing phone",
            "Noah",
            priority=Priority.URGENT,
            due=now.replace(hour=10, minute=58),
        ),
        _held(1038, "Invite my second supervisor", "Aisha"),
        _held(1037, "Professional development hours counted twice", "Hannah"),
        _held(1036, "Export for AHPRA as one file", "Leo", status=Status.WAITING_USER),
    ]
    around = Around(unassigned=2, oldest=now - timedelta(days=6), broken=1)
    return digest("Grace", now, lines, first_reply=4, around=around)


def example_unread() -> Notice:
    """Mia has not looked since yesterday."""
    ticket = _ticket(Status.WAITING_USER)
    waiting = Unread(
        ticket_id=ticket.id,
        reference=ticket.reference,
        subject=ticket.subject,
        count=2,
        url=links.to_ticket(ticket.id, staff=False),
    )
    return unread_replies("Mia", date(2026, 3, 11), [waiting], _REQUESTER)


def example_summary() -> Notice:
    """Grace's Monday."""
    week = Week(
        begins=date(2026, 3, 2),
        opened=48,
        resolved=45,
        active=12,
        kept=41,
        broken=2,
        first_reply=timedelta(minutes=12),
    )
    oldest = [
        _held(1036, "Export for AHPRA as one file", "Leo"),
        _held(1038, "Invite my second supervisor", "Aisha"),
    ]
    return team_summary("Grace", week, oldest)


def _held(number: int, subject: str, requester: str, **more: Any) -> Line:
    return Line(
        ticket_id=uuid.UUID(f"0195740a-{number}-7000-8000-000000000001"),
        reference=f"PP-{number}",
        subject=subject,
        requester=requester,
        **{"status": Status.IN_PROGRESS} | more,
    )


EXAMPLES: Final[dict[str, Callable[[], Notice]]] = {
    "new_ticket": example_new_ticket,
    "ticket_reply": example_ticket_reply,
    "ticket_update": example_ticket_update,
    "ticket_assigned": example_ticket_assigned,
    "chat_transcript": example_chat_transcript,
    "guest_link": example_guest_link,
    "digest": example_digest,
    "unread": example_unread,
    "summary": example_summary,
}
