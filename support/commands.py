"""Commands: please do. Imperative verb and noun; each has one service and one task of the same name in snake case.

`id`, `actor` and `at` (the time of acceptance) come from `core.contracts.Command`.
"""

import uuid
from datetime import datetime

import msgspec

from core.contracts import Command, contract
from support.files import KeptFile


@contract
class OpenTicket(Command, frozen=True, kw_only=True):
    """Open a ticket for the actor. `context_data` is a JSON object as text."""

    ticket_id: uuid.UUID
    subject: str
    description: str
    priority: str = "MEDIUM"
    ticket_type: str = "QUESTION"
    tags: tuple[str, ...] = ()
    current_url: str = ""
    browser_info: str = ""
    context_data: str = "{}"
    files: tuple[KeptFile, ...] = ()


@contract
class StartChat(Command, frozen=True, kw_only=True):
    """Open the ticket behind the actor's next live chat, unless a tab did, or its first message is stored already."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    subject: str
    first_message_id: uuid.UUID | None = None

    def fingerprint(self) -> str:
        """Two tabs ask for the same chat, whichever words each began it with."""
        return Command.fingerprint(msgspec.structs.replace(self, subject="", first_message_id=None))


@contract
class ChooseTopic(Command, frozen=True, kw_only=True):
    """What the actor's live chat is about; it becomes the ticket's tag."""

    ticket_id: uuid.UUID
    topic: str

    def fingerprint(self) -> str:
        """Of two tabs that begin one chat, the first says what it is about."""
        return Command.fingerprint(msgspec.structs.replace(self, topic=""))


@contract
class EndChat(Command, frozen=True, kw_only=True):
    """End a live chat; both sides may, and ending it twice ends it once."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class RateChat(Command, frozen=True, kw_only=True):
    """What the requester thought of a chat that has ended: 1 to 5, and a word if they like."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID
    score: int
    comment: str = ""


@contract
class SendTranscript(Command, frozen=True, kw_only=True):
    """Mail the requester what was said in a chat."""

    ticket_id: uuid.UUID
    session_id: uuid.UUID


@contract
class SendCanary(Command, frozen=True, kw_only=True):
    """Sent ahead of real work through one shard of the log; its actor names the shard. Nobody sees it."""

    shard: int


@contract
class PostMessage(Command, frozen=True, kw_only=True):
    """Add a message to a ticket; the command's id is the message's, chosen by the client.

    `seen`: refuse an agent's reply when a colleague replied after this number of the staff's stream.
    """

    ticket_id: uuid.UUID
    body: str
    audience: str = "public"
    source: str = "web"
    seen: int | None = None
    files: tuple[KeptFile, ...] = ()

    def fingerprint(self) -> str:
        """The same words under one id are a repeat, however much of the thread was seen each time."""
        return Command.fingerprint(msgspec.structs.replace(self, seen=None))


@contract
class ChangeStatus(Command, frozen=True, kw_only=True):
    """Move a ticket along its workflow. `expected`: refuse when it is not in that status any more."""

    ticket_id: uuid.UUID
    status: str
    expected: str | None = None
    assigned_to: uuid.UUID | None = None


@contract
class AssignTicket(Command, frozen=True, kw_only=True):
    """Give a ticket to an agent, or to nobody."""

    ticket_id: uuid.UUID
    assignee: uuid.UUID | None = None


@contract
class ChangePriority(Command, frozen=True, kw_only=True):
    """Say how much a ticket presses."""

    ticket_id: uuid.UUID
    priority: str


@contract
class ChangeTags(Command, frozen=True, kw_only=True):
    """Replace a ticket's tags."""

    ticket_id: uuid.UUID
    tags: tuple[str, ...] = ()


@contract
class MarkRead(Command, frozen=True, kw_only=True):
    """The actor has seen everything up to `sequence` of their own stream."""

    ticket_id: uuid.UUID
    sequence: int


@contract
class MarkDelivered(Command, frozen=True, kw_only=True):
    """Everything up to `sequence` of the actor's own stream has reached their page."""

    ticket_id: uuid.UUID
    sequence: int


@contract
class SetAvailability(Command, frozen=True, kw_only=True):
    """The actor declares themselves online, away or offline; `pinned_until`: online without an open page."""

    availability: str
    pinned_until: datetime | None = None


@contract
class ExpirePresence(Command, frozen=True, kw_only=True):
    """The system found that this agent's lease has lapsed."""

    user_id: uuid.UUID


@contract
class RestorePresence(Command, frozen=True, kw_only=True):
    """The actor's page is open again, or touched again (`input_at`): what they declared holds once more."""

    input_at: datetime | None = None


@contract
class ObservePresence(Command, frozen=True, kw_only=True):
    """The system found that an agent's pages are idle or used again, a pin over, or a change due to be shown."""

    user_id: uuid.UUID
    is_present: bool
    input_at: datetime | None = None

    def fingerprint(self) -> str:
        """Two beats look a moment apart, and ask for the same."""
        return Command.fingerprint(msgspec.structs.replace(self, is_present=True, input_at=None))


@contract
class SendAccountMail(Command, frozen=True, kw_only=True):
    """Send one of allauth's mails. It holds secrets, so the log is the only place it passes through."""

    template: str
    to: str
    subject: str
    text: str
    html: str = ""


@contract
class SendGuestLink(Command, frozen=True, kw_only=True):
    """Mail a guest the link to their newest conversation, if any began under this address. Nobody is told whether."""

    address: str


@contract
class ClaimTicket(Command, frozen=True, kw_only=True):
    """Make a guest's ticket the actor's, whose verified address is the guest's."""

    ticket_id: uuid.UUID
    guest_id: uuid.UUID


@contract
class MarkNoticesSeen(Command, frozen=True, kw_only=True):
    """The actor has seen these notices, those `about` a ticket, or, when neither is named, all there were at `at`."""

    notices: tuple[uuid.UUID, ...] = ()
    about: uuid.UUID | None = None


@contract
class SetNoticePreferences(Command, frozen=True, kw_only=True):
    """How the actor wants to be told. `muted` names the switches that are off, as "notice:transport".

    Between `quiet_from` and `quiet_until` ("22:00", on their own clock) mails wait; empty: never.
    """

    browser: bool
    sound: bool
    muted: tuple[str, ...] = ()
    quiet_from: str = ""
    quiet_until: str = ""
