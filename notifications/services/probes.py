"""The self-probe's mail in the ledger: how far it is, and that nothing of it stays.

Called by `workers.probe`.
"""

import uuid
from collections.abc import Iterable

from notifications.models import AccountMail, Delivery, Plan, State
from support.probing import MAIL

LEFT = (State.SENT, State.DELIVERED, State.OPENED)
LOST = (State.WITHHELD, State.FAILED, State.BOUNCED, State.CANCELLED, State.UNCERTAIN)


def probe_mail(mail_id: uuid.UUID) -> str:
    """ok, failed, or empty while it is under way."""
    state = Delivery.objects.filter(account_mail=mail_id).values_list("state", flat=True).first()
    return "ok" if state in LEFT else "failed" if state in LOST else ""


def forget_probe(commands: Iterable[uuid.UUID]) -> None:
    """Delete every mail of the probe, and the plans of these commands and of its mails."""
    mails = list(AccountMail.objects.filter(template=MAIL).values_list("pk", flat=True))
    AccountMail.objects.filter(pk__in=mails).delete()
    Plan.objects.filter(command_id__in=[*commands, *mails]).delete()
