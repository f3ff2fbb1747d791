"""A real SMTP server on loopback that keeps what it is given."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """`messages` in the order of arrival; recipients as the envelope had them are under X-Rcpt-To."""

    def __init__(self, port: int) -> None:
        self.messages: list[EmailMessage] = []
        self.url = f"smtp://127.0.0.1:{port}"  # for EMAIL_URL
        self._controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=10)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        message["X-Rcpt-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 kept"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def about(self, reference: str) -> list[EmailMessage]:
        """The mails whose subject names the ticket."""
        return [message for message in self.messages if f"[{reference}]" in message["Subject"]]
