"""The people, tickets and messages of `/dev/components/`: objects that were never stored.

Called by support.views.gallery. Real models and the product's own builders (runs, days, forms), so that a changed
field shows here too. Must not: ask the database or be used by a page of the product.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.timezone import localtime

from core.models import User
from support.forms import TicketForm, summary_title
from support.look import DELIVERY, PRIORITY, STATUS
from support.models import SupportTicket, SupportUserStatus
from support.richtext import to_html
from support.selectors import OnlineStatus
from support.thread_items import Bubble, Item, SystemLine
from support.thread_runs import in_runs, with_days

_NAMESPACE: Final = uuid.UUID("0195f000-0000-7000-8000-00000000da7a")


def context() -> dict[str, Any]:
    """What the templates under templates/dev/ draw."""
    amira, ben, chen = _person("amira", "Amira", "Haddad"), _agent("ben", "Ben"), _agent("chen", "Chen")
    tickets = _tickets(amira, ben)
    form = _refused_form()
    return {
        "user": amira,
        "agents": [
            _present(ben, "online"),
            _present(chen, "away"),
            _present(_agent("dana", "Dana"), "offline"),
        ],
        "tickets": tickets,
        "ticket": tickets[0],
        "items": conversation(amira, ben),
        "statuses": list(STATUS),
        "priorities_shown": list(PRIORITY),
        "deliveries": list(DELIVERY),
        "form": form,
        "summary": summary_title(form),
        "unread_total": 2,
        "support_status": OnlineStatus(is_online=True, availability="online", support_name="Ben"),
        "promises": _PROMISES,
        "hues": range(1, 9),
        "loads": range(6),
        "counts": {"open": 4, "waiting": 1, "resolved": 7},
        "timers": _TIMERS,
    }


def conversation(amira: User, ben: User) -> list[Item]:
    """Yesterday and today, every delivery state, an internal note, the first unread message."""
    today = localtime().replace(hour=10, minute=12, second=0, microsecond=0)
    yesterday = today - timedelta(days=1)
    said = _Said()
    moments: list[Bubble | SystemLine] = [
        said(
            yesterday,
            "me",
            amira,
            "Hi, I exported my logbook and **week 14** shows 0 supervision hours.",
            "seen",
        ),
        said(
            yesterday,
            "support",
            ben,
            "Thanks, Amira. I’ll rebuild the export and look:\n\n- week 14\n- week 15",
        ),
        SystemLine(icon="flag", at=yesterday, sentence=to_html("Priority changed from Normal to **High**")),
        said(today, "note", ben, "The sign-off is there, the *export* misses it. Asked the data team."),
        said(today, "support", ben, "Rebuilt. Could you download it once more?", unread=True),
        said(today, "support", ben, "It’s under Logbook, then Reports.", unread=True),
    ]
    moments += [
        said(today + timedelta(minutes=6 * number), "me", amira, words, state)
        for number, (state, words) in enumerate(_OWN.items(), start=1)
    ]
    in_runs(moments)
    return with_days(moments, today.date())


_OWN: Final = {
    "seen": "Found it, thank you!",
    "delivered": "Does my supervisor need to sign it again?",
    "stored": "One more: where do I see the total?",
    "sending": "Can I edit week 14 after sign-off?",
    "failed": "I typed 2.5 but it should be 3.",
    "held": "And one with the photo of the form.",
}

_PROMISES: Final = {
    "online": "Usually replies in about 5 minutes.",
    "away": "We’ll reply here or by email, usually within 1 hour.",
    "offline": "We’ll reply by email, usually by 10:00 am AEDT tomorrow.",
}
_TIMERS: Final = (
    {"tone": "neutral", "label": "Next reply due", "left": "48 min left", "used": 20},
    {"tone": "warning", "label": "Next reply due", "left": "12 min left", "used": 80},
    {"tone": "danger", "label": "Reply overdue", "left": "8 min overdue", "used": 100},
)


class _Said:
    """Bubbles with a sequence that grows."""

    def __init__(self) -> None:
        self._sequence = 0

    def __call__(
        self, at: datetime, sender: str, author: User, words: str, state: str = "", *, unread: bool = False
    ) -> Bubble:
        self._sequence += 1
        return Bubble(
            id=str(uuid.uuid5(_NAMESPACE, words)),
            sequence=self._sequence,
            sender=sender,
            author=author,
            at=at,
            html=to_html(words),
            state=state,
            unread=unread,
        )


def _tickets(amira: User, ben: User) -> list[SupportTicket]:
    """One of each status; the first is unread."""
    subjects: tuple[tuple[str, str, list[str]], ...] = (
        ("Week 14 is missing from my logbook export", "HIGH", ["logbook", "export"]),
        ("Second supervisor hasn’t received the invite", "MEDIUM", ["supervision"]),
        ("Could the planner show public holidays?", "LOW", []),
        ("I can’t sign in since this morning", "URGENT", ["account"]),
        ("Does telehealth count as client contact?", "MEDIUM", ["hours"]),
    )
    now = localtime()
    return [
        _ticket(number, amira, ben, status, subject, now - timedelta(hours=7 * number))
        for number, (status, subject) in enumerate(zip(STATUS, subjects, strict=True))
    ]


def _ticket(
    number: int, amira: User, ben: User, status: str, told: tuple[str, str, list[str]], at: datetime
) -> SupportTicket:
    subject, priority, tags = told
    ticket = SupportTicket(
        id=uuid.uuid5(_NAMESPACE, subject),
        number=1042 - number,
        requester=amira,
        assigned_to=ben if number else None,
        subject=subject,
        description="In the app it says 2.5 hours, in the PDF it says 0.",
        status=status,
        priority=priority,
        tags=tags,
        created_at=at - timedelta(days=1),
        updated_at=at,
    )
    annotations = {
        "unread_count": 0 if number else 2,
        "is_new": False,
        "last_message_preview": "Rebuilt. Could you download it once more?",
        "last_message_author_id": ben.pk,
        "last_message_audience": "public",
        "session_state": "",
    }
    for name, value in annotations.items():
        setattr(ticket, name, value)
    return ticket


def _refused_form() -> TicketForm:
    form = TicketForm({"subject": "", "description": "", "priority": "HIGH", "tags": "logbook, export"})
    form.is_valid()
    return form


def _person(username: str, first: str, last: str = "", *, staff: bool = False) -> User:
    return User(
        id=uuid.uuid5(_NAMESPACE, username),
        username=username,
        first_name=first,
        last_name=last,
        email=f"{username}@example.com",
        is_staff=staff,
    )


def _agent(username: str, first: str) -> User:
    return _person(username, first, staff=True)


def _present(agent: User, availability: str) -> User:
    agent.availability = availability  # type: ignore[attr-defined]
    agent.support_status = SupportUserStatus(shown=availability)
    return agent
