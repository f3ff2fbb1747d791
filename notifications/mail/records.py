"""What a received mail says, as plain records. Nothing here is trusted: a sender is whoever they claim to be."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class Nature(StrEnum):
    """What kind of sender speaks. Only a person's mail becomes a message by itself."""

    PERSON = "person"
    AUTOMATIC = "automatic"  # out of office, receipts, robots
    BOUNCE = "bounce"
    LIST = "list"
    LOOP = "loop"  # our own mail has come back


@dataclass(frozen=True, kw_only=True)
class File:
    """Something that came with a mail. `name` is safe to offer for a download; `data` is what it is."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a bounce reports: to whom, for good or not yet, and the Message-IDs of ours that it quotes."""

    recipients: tuple[str, ...] = ()
    is_permanent: bool = True
    message_ids: tuple[str, ...] = ()
    diagnosis: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceivedMail:
    """One mail, read. `text` is all of it, `reply` what its author wrote this time, `quoted` the rest, folded away."""

    message_id: str = ""
    references: tuple[str, ...] = ()  # In-Reply-To first, then References from the newest
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    reply: str = ""
    quoted: str = ""
    files: tuple[File, ...] = ()
    nature: Nature = Nature.PERSON
    why: str = ""  # what told its nature: a header, a pattern
    failure: Failure | None = None
    is_forged: bool = False  # the receiving server says that the sender's domain disowns it
    is_proven: bool = False  # ... that it stands for it

    @property
    def fingerprint(self) -> str:
        """The same for the same mail however it arrived: re-encoding changes bytes and boundaries, never the words."""
        parts = [self.message_id, self.sender, self.subject, self.text]
        parts += [hashlib.sha256(file.data).hexdigest() for file in self.files]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
