"""A post office for tests: the people and the ticket that the corpus of mails/ speaks of, and what became of a mail.

The files hold placeholders for what only this installation can know: reply addresses with their tokens, the Message-ID
of a mail that Amira was sent. `PostOffice.deliver` takes a mail the way a webhook does and goes on like the workers.
"""

import base64
import uuid
from datetime import UTC, datetime
from pathlib import Path

from core import ids, kept
from core.models import User
from notifications import addresses, services
from notifications.models import EMAIL, Delivery, IncomingMail, NoticeKind, State
from support import mail_intake
from support.models import SupportTicket
from tests.support.conftest import Desk

MAILS = Path(__file__).parent / "mails"
TICKET = uuid.UUID("0195740a-1042-7000-8000-000000000001")
MESSAGE_ID = "<0195740a-2222-5000-8000-000000000002@psychpath.com.au>"
TWENTY_MEGABYTES = 20 * 1024 * 1024


class PostOffice:
    """Amira's ticket PP-1042, mailed to her and to Ben."""

    def __init__(self, desk: Desk, amira: User, ben: User) -> None:
        self.desk, self.amira, self.ben = desk, amira, ben
        self.ticket = desk.ask(amira, subject="Logbook export is missing week 14")
        desk.say(ben, self.ticket, "Please try again.")
        self.mailed = self._mailed()

    def _mailed(self) -> Delivery:
        said = self.ticket.messages.get()
        return Delivery.objects.create(
            id=ids.new_id(),
            event_id=ids.new_id(),
            event_kind="MessagePosted",
            command_id=said.pk,
            notice=NoticeKind.TICKET_REPLY,
            ticket=self.ticket,
            message_id=said.pk,
            recipient=self.amira,
            address=self.amira.email,
            transport=EMAIL,
            state=State.SENT,
            due_at=self.desk.now,
            message_id_header=MESSAGE_ID,
        )

    def raw(self, name: str) -> bytes:
        """The mail of this name, with what is true here in its places."""
        places = {
            b"%AMIRA-REPLY-CAPITALS%": self.reply_address(self.amira).upper().encode(),
            b"%AMIRA-REPLY%": self.reply_address(self.amira).encode(),
            b"%BEN-REPLY%": self.reply_address(self.ben).encode(),
            b"%AMIRA-MESSAGE-ID%": MESSAGE_ID.encode(),
        }
        raw = (MAILS / f"{name}.eml").read_bytes()
        if b"%TWENTY-MEGABYTES%" in raw:
            places[b"%TWENTY-MEGABYTES%"] = base64.encodebytes(bytes(TWENTY_MEGABYTES))
        for place, value in places.items():
            raw = raw.replace(place, value)
        return raw

    def reply_address(self, person: User) -> str:
        return addresses.reply_address(self.ticket.pk, person.pk)

    def deliver(self, raw: bytes, *, via: str = "test", recipients: tuple[str, ...] = ()) -> IncomingMail:
        """Accepted, sorted, stored, confirmed: the row as it is in the end."""
        mail_id = self.accept(raw, via=via, recipients=recipients)
        self.work(mail_id)
        return IncomingMail.objects.select_related("ticket", "author", "delivery").get(pk=mail_id)

    def accept(self, raw: bytes, *, via: str = "test", recipients: tuple[str, ...] = ()) -> uuid.UUID:
        """As a webhook does."""
        return mail_intake.receive_mail(digest=kept.put(raw), size=len(raw), via=via, recipients=recipients)

    def work(self, mail_id: uuid.UUID) -> None:
        """As the workers do."""
        self.desk.drain()
        services.sort(mail_id, datetime.now(UTC))
        self.desk.drain()
        services.sort(mail_id, datetime.now(UTC))

    def thread(self, ticket: SupportTicket | None = None) -> list[tuple[str, str]]:
        """Who said what in a ticket, PP-1042 by default, without its first answer."""
        messages = (ticket or self.ticket).messages.order_by("staff_sequence").select_related("author")
        said = [(message.author.display_name if message.author else "", message.body) for message in messages]
        return said if ticket else said[1:]
