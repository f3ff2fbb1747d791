"""Placing: the commands a mail causes, under ids that follow from the mail, and what its row keeps of them.

Called by `notifications.services.sorting`. It appends and does not wait: the drain stores, and the row is confirmed
when it has. A guest is made here, under an id of the mail's as well. Raises Refused when the log takes nothing.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from core import ids, kept
from core.models import User
from notifications.mail.records import Failure, File, ReceivedMail
from notifications.models import Delivery, IncomingMail, MailOutcome
from notifications.services.routing import Route
from support import intake, mail_intake
from support.files import KeptFile
from support.guests import people
from support.models import SupportTicket
from support.validators import MOST_SUBJECT, MOST_TEXT

_MAILS: Final = uuid.UUID("6f1f4b3e-4d0b-5c7a-9a53-0c5f0e6b7a11")
# What a message keeps room for when its text goes on in a file.
_REST: Final = "\n\n[…]"


def place(row: IncomingMail, mail: ReceivedMail, way: Route, now: datetime) -> dict[str, Any]:
    """Ask for what this mail is to become; what changes in its row."""
    if way.outcome == MailOutcome.NEW:
        return _open(row, mail, way.author or _guest(row, mail))
    if (
        way.ticket
        and way.author
        and way.outcome in {MailOutcome.BY_TOKEN, MailOutcome.BY_HEADER, MailOutcome.BY_HAND}
    ):
        return _post(row, mail, way.author, way.ticket, way.outcome)
    return {"outcome": way.outcome}


def report(row: IncomingMail, failure: Failure, way: Route, now: datetime) -> Route:
    """A mail server says that a mail of ours did not arrive: the ledger hears of it, when the mail was ours."""
    delivery = (
        Delivery.objects.filter(message_id_header__in=failure.message_ids).select_related("ticket").first()
    )
    if delivery is None:
        return way
    row.delivery, row.message_id = delivery, delivery.message_id
    row.save(update_fields=["delivery", "message_id"])
    if failure.is_permanent:
        mail_intake.record_signal(
            signal_id=ids.derive(row.pk, "bounce"),
            state="bounced",
            happened_at=row.received_at,
            source=row.via,
            message_id=delivery.message_id_header,
            address=delivery.address,
            cause=failure.diagnosis,
        )
    return replace(way, ticket=delivery.ticket)


def ticket_id_of(command_id: uuid.UUID) -> uuid.UUID:
    """The ticket that opening it under this command makes, as intake names it."""
    return ids.derive(command_id, "ticket")


def _open(row: IncomingMail, mail: ReceivedMail, author: User) -> dict[str, Any]:
    """Everything it says: nobody has the thread that it may quote."""
    body, files = _body(mail.text or mail.reply, mail)
    accepted = intake.open_ticket(
        author,
        subject=mail.subject[:MOST_SUBJECT].strip() or "(no subject)",
        description=body,
        idempotency_key=row.key or str(row.pk),
        context_data={"source": "email"},
        files=files,
    )
    return {
        "plan": MailOutcome.NEW,
        "command_id": accepted.command_id,
        "message_id": None,
        "author": author,
    }


def _post(
    row: IncomingMail, mail: ReceivedMail, author: User, ticket: SupportTicket, outcome: MailOutcome
) -> dict[str, Any]:
    message_id = uuid.uuid5(_MAILS, f"message/{row.key or row.pk}")
    body, files = _body(mail.reply, mail)
    intake.post_message(author, ticket, message=body, message_id=message_id, source="email", files=files)
    return {
        "plan": outcome,
        "command_id": message_id,
        "message_id": message_id,
        "author": author,
        "ticket": ticket,
    }


def _body(text: str, mail: ReceivedMail) -> tuple[str, tuple[KeptFile, ...]]:
    """The words of a message: what was written, else what it was about; what is too long goes on in a file."""
    files = list(_keep(mail.files))
    body = text.strip() or mail.subject.strip() or "(no text)"
    if len(body) > MOST_TEXT:
        whole = File(name="message.txt", content_type="text/plain", data=body.encode())
        files = [*_keep([whole]), *files]
        body = body[: MOST_TEXT - len(_REST)].rstrip() + _REST
    return body, tuple(files)


def _keep(files: Iterable[File]) -> Iterable[KeptFile]:
    for file in files:
        yield KeptFile(
            digest=kept.put(file.data),
            name=file.name,
            content_type=file.content_type,
            size=len(file.data),
            is_inline=file.is_inline,
        )


def _guest(row: IncomingMail, mail: ReceivedMail) -> User:
    """Always a new one: an address in From proves no more than one typed into a form."""
    guest_id = uuid.uuid5(_MAILS, f"guest/{row.key or row.pk}")
    return people.guest_by_mail(guest_id, mail.sender, mail.sender_name)
