"""Intake of mail: received, decided about, and what a provider says of ours. A part of `support.intake`.

Called by the webhooks and the pages of mail (web), by the poll of a mailbox and by sorting (workers). Raises Refused.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from core import ids, receipts
from core.models import User
from support.doorway import accept, append, require, stamp
from support.mail_commands import DecideMail, ReceiveMail, RecordSignal
from support.policies import may
from support.validators import storable

SYSTEM: Final = "system:mail"
_RECEIVED: Final = uuid.UUID("f0f6a0a2-9b0f-5d0e-8d55-4f5a4b0d7c21")


def receive_mail(
    *,
    digest: str,
    size: int,
    via: str,
    handed_over_as: str = "",
    recipients: Sequence[str] = (),
    account: str = "",
    uid_validity: int = 0,
    uid: int = 0,
    is_cut: bool = False,
) -> uuid.UUID:
    """A mail lies in `core.kept`. Its place in a mailbox names it, the provider's own name for it, or its bytes."""
    place = f"{account}/{uid_validity}/{uid}" if account else handed_over_as or digest
    command_id = uuid.uuid5(_RECEIVED, f"{via}/{place}")
    append(
        ReceiveMail(
            id=command_id,
            actor=SYSTEM,
            at=datetime.now(UTC),
            digest=digest,
            size=size,
            via=via,
            account=account,
            uid_validity=uid_validity,
            uid=uid,
            recipients=tuple(recipients),
            is_cut=is_cut,
        )
    )
    return command_id


def decide_mail(user: User, mail_id: uuid.UUID, decision: str) -> receipts.Accepted:
    """A support admin releases or discards what is in quarantine."""
    require(may(user).administer)
    return accept(DecideMail(**stamp(user, ids.new_id()), mail_id=mail_id, decision=decision))


def record_signal(
    *,
    signal_id: uuid.UUID,
    state: str,
    happened_at: datetime,
    source: str,
    message_id: str = "",
    provider_id: str = "",
    address: str = "",
    cause: str = "",
) -> None:
    """What became of a mail of ours, as somebody outside says."""
    append(
        RecordSignal(
            id=signal_id,
            actor=SYSTEM,
            at=datetime.now(UTC),
            state=state,
            happened_at=happened_at,
            source=source,
            message_id=storable(message_id)[:510],
            provider_id=storable(provider_id)[:255],
            address=storable(address)[:254],
            cause=storable(cause)[:500],
        )
    )
