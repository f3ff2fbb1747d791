"""A mail server for tests: takes real SMTP on loopback, answers as told, keeps what it took."""

import asyncio
import email
import email.policy
from collections import defaultdict
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

NEVER = 3600.0


class Sink:
    """`recipient_answers` and `data_answers` are used up one by one; after that everything is taken.

    `silent_at`: the word it does not answer any more, RCPT or DATA; `pace`: how many seconds it takes for each.
    """

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.recipient_answers: dict[str, list[str]] = defaultdict(list)
        self.data_answers: list[str] = []
        self.tries: list[str] = []
        self.sessions: set[int] = set()
        self.silent_at = ""
        self.pace = 0.0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._think("RCPT")
        self.tries.append(address)
        self.sessions.add(id(session))
        if self.recipient_answers[address]:
            return self.recipient_answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answers:
            return self.data_answers.pop(0)
        self.envelopes.append(envelope)
        await self._think("DATA")
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._think("MAIL")
        envelope.mail_from, envelope.mail_options = address, options
        return "250 OK"

    async def _think(self, word: str) -> None:
        await asyncio.sleep(NEVER if word == self.silent_at else self.pace)

    @property
    def messages(self) -> list[EmailMessage]:
        """What was taken, parsed."""
        return [
            email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
            for envelope in self.envelopes
        ]

    def to(self, address: str) -> list[EmailMessage]:
        """What was taken for one address."""
        return [
            message
            for envelope, message in zip(self.envelopes, self.messages, strict=True)
            if envelope.rcpt_tos == [address]
        ]
