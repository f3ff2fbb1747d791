"""Mail servers, in time: Django's SMTP backend for the e-mail transport, named by EMAIL_BACKEND (core/mail.py).

A task of mail must be over before its time limit kills it: opening has EMAIL_TIMEOUT seconds altogether, however many
addresses the server has and however slowly it speaks, one mail MAIL_SECONDS. And it is told apart whether an answer is
missing to a mail that was handed over whole: that one may have left.
"""

import smtplib
import socket
from time import monotonic
from typing import Any, Final

from django.core.mail.backends.smtp import EmailBackend

from notifications.calling import LEAST, reach

MAIL_SECONDS = 12.0
GOODBYE_SECONDS: Final = 1.0
_END: Final = b"\r\n.\r\n"


class Unanswered(smtplib.SMTPServerDisconnected):
    """The server had all of the mail and did not say what became of it."""


class _Line(smtplib.SMTP):
    """A conversation against the clock. `_was_whole`: the last thing that was said was the end of a mail."""

    _until = 0.0
    _was_whole = False

    def connect(self, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        self._until = monotonic() + float(self.timeout)
        return super().connect(*arguments, **named)

    def _get_socket(self, host: str, port: int, _timeout: float) -> socket.socket:
        """By this name smtplib asks for one, and wraps it in TLS."""
        return reach(host, port, self._until - monotonic())

    def sendmail(self, *arguments: Any, **named: Any) -> dict[str, tuple[int, bytes]]:
        self._until = monotonic() + MAIL_SECONDS
        return super().sendmail(*arguments, **named)

    def quit(self) -> tuple[int, bytes]:
        self._until = monotonic() + GOODBYE_SECONDS
        return super().quit()

    def send(self, s: Any) -> None:
        self._hurry()
        super().send(s)
        self._was_whole = isinstance(s, bytes) and s.endswith(_END)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        try:
            code, answer = super().getreply()
        except smtplib.SMTPServerDisconnected as error:
            if self._was_whole:
                raise Unanswered(str(error)) from error
            raise
        self._hurry()  # what comes next may be TLS, which waits as long as the last answer was let
        return code, answer

    def _hurry(self) -> None:
        if self.sock:
            self.sock.settimeout(max(LEAST, self._until - monotonic()))


class _SecureLine(smtplib.SMTP_SSL, _Line):
    """The same, with TLS from the beginning."""


class SmtpBackend(EmailBackend):
    """Mail by EMAIL_URL."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SecureLine if self.use_ssl else _Line
