"""Commands about mail that comes in: it was received, a support admin decided, a provider said what became of ours."""

import uuid
from datetime import datetime

import msgspec

from core.contracts import Command, contract


@contract
class ReceiveMail(Command, frozen=True, kw_only=True):
    """A mail lies under `digest` in `core.kept`. The id follows from where it came from: fetched twice is one mail.

    `via` is imap or a provider; of a mailbox, `account`, `uid_validity` and `uid` say which mail of it.
    """

    digest: str
    size: int
    via: str
    account: str = ""
    uid_validity: int = 0
    uid: int = 0
    recipients: tuple[str, ...] = ()
    is_cut: bool = False

    def fingerprint(self) -> str:
        """The same mail, whoever it was handed to this time."""
        return Command.fingerprint(msgspec.structs.replace(self, recipients=()))


@contract
class DecideMail(Command, frozen=True, kw_only=True):
    """What becomes of a mail in quarantine: `decision` is ticket, thread or discard."""

    mail_id: uuid.UUID
    decision: str


@contract
class RecordSignal(Command, frozen=True, kw_only=True):
    """A provider, or a bounce by mail, says that a mail of ours is delivered, opened, bounced or complained of."""

    state: str
    happened_at: datetime
    source: str
    message_id: str = ""
    provider_id: str = ""
    address: str = ""
    cause: str = ""
