"""Account mails: the rows that hold the text of a reset or confirmation until it was sent, and no longer.

Called by the drain (`send_account_mail`) and by housekeeping. Must not log what it holds: it is a secret.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from core.contracts import Event
from notifications.models import AccountMail
from support.commands import SendAccountMail
from support.events import AccountMailRequested, caused_by

# Longer than the tries go on (three days); a link older than that has expired anyway.
KEPT = timedelta(days=4)


def send_account_mail(command: SendAccountMail) -> Sequence[Event]:
    """Keep the text under the command's id until it was sent."""
    AccountMail.objects.bulk_create([record_account_mail(command)], ignore_conflicts=True)
    return [caused_by(command, AccountMailRequested, mail_id=command.id)]


def record_account_mail(command: SendAccountMail) -> AccountMail:
    """The row of this command, not yet stored."""
    return AccountMail(
        id=command.id,
        template=command.template,
        to=command.to,
        subject=command.subject,
        text=command.text,
        html=command.html,
        created_at=command.at,
    )


def empty(mail_id: uuid.UUID, now: datetime) -> None:
    """Forget the text of this mail: its delivery is final."""
    _empty(AccountMail.objects.filter(id=mail_id), now)


def empty_all(mail_ids: Iterable[uuid.UUID | None], now: datetime) -> None:
    """Forget the text of these mails: none of them will leave."""
    _empty(AccountMail.objects.filter(id__in=list(mail_ids)), now)


def empty_old(now: datetime) -> int:
    """Forget the text of every mail past its time, whatever became of it."""
    return _empty(AccountMail.objects.filter(created_at__lt=now - KEPT), now)


def _empty(mails: QuerySet[AccountMail], now: datetime) -> int:
    return mails.filter(emptied_at=None).update(subject="", text="", html="", emptied_at=now)
