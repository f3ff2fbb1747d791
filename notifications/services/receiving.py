"""Receiving: a mail that was accepted gets its row, a mail in quarantine its decision; nothing is read yet.

Called by the drain inside its transaction. What the mail is, and what becomes of it, is found out by
`notifications.services.sorting`, in a task of its own: a mail may be large, and the drain never waits for one.
"""

from collections.abc import Sequence

from core.contracts import Event
from core.models import User
from core.problems import Refused
from notifications.models import IncomingMail, MailOutcome
from support.events import caused_by
from support.mail_commands import DecideMail, ReceiveMail
from support.mail_events import MailReceived

# A robot may have been a person after all.
RELEASABLE = (MailOutcome.QUARANTINED, MailOutcome.AUTOMATIC)
DECISIONS = frozenset({"ticket", "thread", "discard"})


def receive_mail(command: ReceiveMail) -> Sequence[Event]:
    """Its row, once; a repeat is announced again, so that a lost doorbell costs nothing."""
    row = IncomingMail(
        id=command.id,
        via=command.via,
        account=command.account,
        uid_validity=command.uid_validity,
        uid=command.uid,
        recipients=list(command.recipients),
        digest=command.digest,
        size=command.size,
        is_cut=command.is_cut,
        received_at=command.at,
    )
    IncomingMail.objects.bulk_create([row], ignore_conflicts=True)
    return [caused_by(command, MailReceived, mail_id=command.id)]


def decide_mail(command: DecideMail) -> Sequence[Event]:
    """Released, it is sorted again with the decision in hand; discarded, it stays in the ledger and nowhere else."""
    admins = User.objects.filter(is_active=True, is_superuser=True)
    admin = admins.filter(pk=command.actor_id).first() if command.actor_id else None
    if admin is None or command.decision not in DECISIONS:
        raise Refused("forbidden")
    held = IncomingMail.objects.filter(pk=command.mail_id, outcome__in=RELEASABLE)
    change = {"decision": command.decision, "decided_by": admin, "decided_at": command.at}
    if command.decision == "discard":
        held.update(**change, outcome=MailOutcome.DISCARDED, settled_at=command.at)
        return []
    if not held.update(**change, outcome=MailOutcome.WAITING, plan="", tried_at=None, settled_at=None):
        return []
    return [caused_by(command, MailReceived, mail_id=command.mail_id)]
