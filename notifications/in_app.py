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
    NoticeKind.MAIL_FAILED: "alert-circle",
}
# Its keys go to the pages, which word a toast themselves (page/notice-words.js: keep both in step).
SAYS: Final = {
    "opened": gettext_lazy("{name} opened {reference}"),
    "waits": gettext_lazy("{name} is waiting in a chat"),
    "offered": gettext_lazy("{name} is waiting for you in a chat"),
    "replied": gettext_lazy("{name} replied to {reference}"),
    "noted": gettext_lazy("{name} left an internal note on {reference}"),
    "bounced": gettext_lazy("{name} didn’t get our email about {reference}"),
    "complained": gettext_lazy("{name} marked our email about {reference} as spam"),
    "given": gettext_lazy("{name} gave you {reference}"),
    "yours": gettext_lazy("{reference} is yours now"),
    Status.OPEN.value: gettext_lazy("{reference} is open again"),
    Status.IN_PROGRESS.value: gettext_lazy("We’re working on {reference}"),
    Status.WAITING_USER.value: gettext_lazy("{reference} is waiting on you"),
    Status.RESOLVED.value: gettext_lazy("{reference} is resolved"),
    Status.CLOSED.value: gettext_lazy("{reference} is closed"),
}
_ABOUT_REQUESTER: Final = (NoticeKind.CHAT_WAITING, NoticeKind.MAIL_FAILED)
_BY_SOMEBODY: Final = {
    NoticeKind.NEW_TICKET: "opened",
    NoticeKind.CHAT_WAITING: "waits",
    NoticeKind.TICKET_REPLY: "replied",
    NoticeKind.INTERNAL_NOTE: "noted",
}


@dataclass(frozen=True, kw_only=True)
class InApp:
    """One notice. `key` is what it is about: a newer toast about the same takes its place. `who` stands out in it.

    `title` is `says` with `who` and `reference` in words.
    """

    id: uuid.UUID
    kind: str
    says: str
    reference: str
    text: str
    url: str
    key: str
    who: str
    icon: str

    @property
    def title(self) -> str:
        """The sentence, in the language that is active."""
        name = self.who or _("{brand} Support").format(brand=settings.BRAND_NAME)
        return str(SAYS[self.says]).format(name=name, reference=self.reference)

    def frame(self, ticket_id: uuid.UUID) -> dict[str, Any]:
        """As the pages of this person hear it, in facts: only a page knows in which language it is read.

        `title` is for listeners that word nothing themselves, in the language the person chose, or the default.
        """
        return {
            "type": "notice",
            "id": str(self.id),
            "title": self.title,
            "says": self.says,
            "reference": self.reference,
            "brand": settings.BRAND_NAME,
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
    if kind in _ABOUT_REQUESTER:  # the system's doing; it is about whoever waits, or is not reached
        who = ticket.requester.display_name
    return InApp(
        id=delivery.id,
        kind=kind,
        says=_says(delivery, kind, who),
        reference=ticket.reference,
        # A chat is named after its first message: whoever is only told that somebody waits does not see it.
        text=ticket.reference if kind is NoticeKind.CHAT_WAITING else ticket.subject,
        url=links.path_to_ticket(ticket.id, staff=reader.is_staff),
        key=str(ticket.id),
        who=who,
        icon=ICONS[kind],
    )


def _says(delivery: Delivery, kind: NoticeKind, who: str) -> str:
    if delivery.event_kind == "ChatOffered":
        return "offered"
    if kind is NoticeKind.MAIL_FAILED:
        return str(delivery.facts["state"])
    if kind in _BY_SOMEBODY:
        return _BY_SOMEBODY[kind]
    if delivery.event_kind == "StatusChanged":
        return Status(delivery.facts["after"]).value
    return "given" if who else "yours"


def actor_of(delivery: Delivery) -> uuid.UUID | None:
    """Who caused it, if it was a person."""
    return person_of(str(delivery.facts.get("actor", "")))
