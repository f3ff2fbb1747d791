"""In the app: what stands behind the bell and in a toast, one builder for every kind of notice.

Pure: a delivery with its ticket loaded in, words out, in the language that is active. Called by the in-app transport
(for a frame) and by the bell's page (for the list), so both say the same and nothing is stored twice. A title may
reach the lock screen of a phone: it holds first names and references, never what somebody wrote.
"""

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.contracts import person_of
from core.models import User
from notifications import links
from notifications.models import Delivery, NoticeKind
from support.models import SupportTicket
from support.workflow import Status

ICONS: Final = {
    NoticeKind.NEW_TICKET: "inbox",
    NoticeKind.CHAT_WAITING: "clock",
    NoticeKind.TICKET_REPLY: "chat",
    NoticeKind.INTERNAL_NOTE: "lock",
    NoticeKind.TICKET_UPDATE: "ticket",
}
_BY_SOMEBODY: Final = {
    NoticeKind.NEW_TICKET: gettext_lazy("{name} opened {reference}"),
    NoticeKind.CHAT_WAITING: gettext_lazy("{name} is waiting in a chat"),
    NoticeKind.TICKET_REPLY: gettext_lazy("{name} replied to {reference}"),
    NoticeKind.INTERNAL_NOTE: gettext_lazy("{name} left an internal note on {reference}"),
}
_STATUS: Final = {
    Status.OPEN: gettext_lazy("{reference} is open again"),
    Status.IN_PROGRESS: gettext_lazy("We’re working on {reference}"),
    Status.WAITING_USER: gettext_lazy("{reference} is waiting on you"),
    Status.RESOLVED: gettext_lazy("{reference} is resolved"),
    Status.CLOSED: gettext_lazy("{reference} is closed"),
}


@dataclass(frozen=True, kw_only=True)
class InApp:
    """One notice. `key` is what it is about: a newer toast about the same takes its place. `who` stands out in it."""

    id: uuid.UUID
    kind: str
    title: str
    text: str
    url: str
    key: str
    who: str
    icon: str

    def frame(self, ticket_id: uuid.UUID) -> dict[str, Any]:
        """As the pages of this person hear it."""
        return {
            "type": "notice",
            "id": str(self.id),
            "title": self.title,
            "text": self.text,
            "url": self.url,
            "key": self.key,
            "who": self.who,
            "icon": self.icon,
            "ticket_id": str(ticket_id),
        }


def in_app(delivery: Delivery, ticket: SupportTicket, reader: User, actor: User | None) -> InApp:
    """What this delivery says to its reader."""
    kind = NoticeKind(delivery.notice)
    who = actor.display_name if actor else ""
    if kind is NoticeKind.CHAT_WAITING:  # an offer is the system's doing; it is about whoever waits
        who = ticket.requester.display_name
    return InApp(
        id=delivery.id,
        kind=kind,
        title=_title(delivery, kind, ticket, who),
        # A chat is named after its first message: whoever is only told that somebody waits does not see it.
        text=ticket.reference if kind is NoticeKind.CHAT_WAITING else ticket.subject,
        url=links.path_to_ticket(ticket.id, staff=reader.is_staff),
        key=str(ticket.id),
        who=who,
        icon=ICONS[kind],
    )


def _title(delivery: Delivery, kind: NoticeKind, ticket: SupportTicket, who: str) -> str:
    names = {
        "name": who or _("{brand} Support").format(brand=settings.BRAND_NAME),
        "reference": ticket.reference,
    }
    if delivery.event_kind == "ChatOffered":
        return _("{name} is waiting for you in a chat").format(**names)
    if kind in _BY_SOMEBODY:
        return str(_BY_SOMEBODY[kind]).format(**names)
    if delivery.event_kind == "StatusChanged":
        return str(_STATUS[Status(delivery.facts["after"])]).format(**names)
    sentence = _("{name} gave you {reference}") if who else _("{reference} is yours now")
    return sentence.format(**names)


def actor_of(delivery: Delivery) -> uuid.UUID | None:
    """Who caused it, if it was a person."""
    return person_of(str(delivery.facts.get("actor", "")))
