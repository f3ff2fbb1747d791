"""Nature: whether a person, a robot, a mail server, a list or we ourselves wrote a mail, and what told so.

By headers as RFC 3834, RFC 3464 and RFC 2919 name them, then by the few habits of programs that send none. Wrong in
doubt costs little: what is no person's is kept, shown, and can be released.
"""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final

from notifications.mail.failures import failure_of
from notifications.mail.headers import every, first
from notifications.mail.records import Failure, Nature

MOST_HOPS: Final = 50
_ROBOTS: Final = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|auto-?reply)(?:[+-].*)?@"
)
_DAEMONS: Final = re.compile(r"^(?:mailer-daemon|postmaster)@")
_AWAY: Final = re.compile(
    r"^(?:automatic reply|auto(?:matic)?[ -]?(?:response|reply)|auto:|out of (?:the )?office"
    r"|away from (?:my )?(?:desk|mail)"
    r"|abwesenheits(?:notiz|nachricht)|abwesend|automatische (?:antwort|antwoord)|réponse automatique|absence du bureau"
    r"|respuesta automática|fuera de la oficina|risposta automatica|fuori sede|afwezig|resposta automática"
    r"|automatiskt? svar"
    r"|автоответ|自动回复|自動返信)\b",
    re.IGNORECASE,
)


def nature_of(message: EmailMessage, sender: str, own: frozenset[str]) -> tuple[Nature, str, Failure | None]:
    """What wrote it, what told so, and what a bounce reports. `own` are the addresses and lists that are ours."""
    if why := _loop(message, sender, own):
        return Nature.LOOP, why, None
    if _may_bounce(message, sender) and (failure := failure_of(message)):
        return Nature.BOUNCE, failure.diagnosis or "a delivery report", failure
    if why := _automatic(message, sender):
        return Nature.AUTOMATIC, why, None
    if why := _list(message, own):
        return Nature.LIST, why, None
    return Nature.PERSON, "", None


def _loop(message: EmailMessage, sender: str, own: frozenset[str]) -> str:
    if sender in own:
        return f"From: {sender}"
    for value in every(message, "List-Id"):
        if value.rpartition("<")[2].rstrip("> ").lower() in own:
            return f"List-Id: {value}"[:200]
    hops = len(every(message, "Received"))
    return f"{hops} Received headers" if hops > MOST_HOPS else ""


def _may_bounce(message: EmailMessage, sender: str) -> bool:
    """Only what comes from a mail server or says that it is a report is searched for one."""
    is_report = message.get_content_type() == "multipart/report"
    nobody = any(value.strip() == "<>" for value in every(message, "Return-Path"))
    named = bool(first(message, "X-Failed-Recipients"))
    return is_report or nobody or named or bool(_DAEMONS.match(sender))


def _automatic(message: EmailMessage, sender: str) -> str:
    return next(_signs_of_robots(message, sender), "")[:200]


def _signs_of_robots(message: EmailMessage, sender: str) -> Iterator[str]:
    submitted = first(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        yield f"Auto-Submitted: {submitted}"
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "X-Mail-Autoreply"):
        if (value := first(message, name)) and value.lower() != "no":
            yield f"{name}: {value}"
    precedence = first(message, "Precedence").lower()
    if precedence in {"auto_reply", "bulk", "junk"}:
        yield f"Precedence: {precedence}"
    if message.get_content_type() == "multipart/report":
        yield f"Content-Type: multipart/report; {message.get_param('report-type', '')}"
    if any(value.strip() == "<>" for value in every(message, "Return-Path")):
        yield "Return-Path: <>"
    if _ROBOTS.match(sender):
        yield f"From: {sender}"
    if _AWAY.match(subject := first(message, "Subject")):
        yield f"Subject: {subject}"


def _list(message: EmailMessage, own: frozenset[str]) -> str:
    """A list of our own, such as a group that our address is, hands on what people write to us."""
    posted = [
        value.partition("mailto:")[2].partition(">")[0].lower() for value in every(message, "List-Post")
    ]
    if any(address in own for address in posted):
        return ""
    for name in ("List-Id", "List-Unsubscribe", "List-Post"):
        if value := first(message, name):
            return f"{name}: {value}"[:200]
    return "Precedence: list" if first(message, "Precedence").lower() == "list" else ""
