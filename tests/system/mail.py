"""A real SMTP server that keeps what it is given, as slowly or as reluctantly as it is told; on loopback as a rule."""

import asyncio
from collections import defaultdict
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """`messages` in the order of arrival; recipients as the envelope had them are under X-Rcpt-To.

    `envelopes` are the same as they came.

    `seconds`: how long it thinks about each mail. `answers`: what it says to a recipient, one by one, before it takes
    them. `tries` and `lines` are what it was asked.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.messages: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.seconds = 0.0
        self.answers: dict[str, list[str]] = defaultdict(list)
        self.tries: list[str] = []
        self.lines: set[object] = set()
        self.port = port
        self.url = f"smtp://{host}:{port}"  # for EMAIL_URL
        self._controller = Controller(self, hostname=host, port=port, ready_timeout=10)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.tries.append(address)
        self.lines.add(session.peer)
        if self.answers[address]:
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 welcome"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds)
        message = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        message["X-Rcpt-To"] = ", ".join(envelope.rcpt_tos)
        self.envelopes.append(envelope)
        self.messages.append(message)
        return "250 kept"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def about(self, reference: str) -> list[EmailMessage]:
        """The mails whose subject names the ticket."""
        return [message for message in self.messages if f"[{reference}]" in message["Subject"]]
