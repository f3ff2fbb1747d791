"""A system that mail comes in to: its webhooks are open, its mailbox is a real IMAP server."""

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import httpx

from tests.system.imap import Mailbox
from tests.system.people import Person
from tests.system.ports import free_port
from tests.system.processes import System
from tests.system.waiting import until

SECRET, KEY = "provider:only-for-tests", "signing-key-only-for-tests"
AMIRA = "amira@example.com"
WEBHOOKS = {"ANYMAIL_WEBHOOK_SECRET": SECRET, "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
WATCH = [sys.executable, "manage.py", "watch_mailbox"]


@contextmanager
def mailed_system(**environment: str) -> Iterator[tuple[System, Mailbox]]:
    """Running, with somebody who watches the mailbox."""
    mailbox = Mailbox(free_port())
    surroundings = WEBHOOKS | {"IMAP_URL": mailbox.url, "MAIL_TICKETS_PER_HOUR": "1000"} | environment
    running = System(**surroundings)
    try:
        mailbox.start()
        running.start()
        running.run("watch", command=WATCH)
        yield running, mailbox
    finally:
        running.stop()
        mailbox.stop()


def mail_to(system: System, address: str, ticket: dict[str, Any]) -> EmailMessage:
    """The first mail to somebody about this ticket."""
    mails: list[EmailMessage] = until(
        lambda: [one for one in system.sink.about(f"PP-{ticket['number']}") if one["X-Rcpt-To"] == address],
        what=f"{address} is mailed",
    )
    return mails[0]


def asked_back(
    system: System, amira: Person, ben: Person, words: str = "Which week is it?"
) -> tuple[dict[str, Any], EmailMessage]:
    """Amira's ticket, and the mail to her with what Ben wrote."""
    ticket = amira.open_ticket()
    ben.post(f"tickets/{ticket['id']}/message/", {"message": words})
    return ticket, mail_to(system, AMIRA, ticket)


def reply_to(mail: EmailMessage, sender: str, words: str) -> bytes:
    """What a mail program makes of an answer: to where the mail asks for it, threaded, the mail quoted below."""
    answer = EmailMessage()
    answer["From"], answer["To"] = sender, mail["Reply-To"] or mail["From"]
    answer["Subject"] = f"Re: {mail['Subject']}"
    answer["Message-ID"] = make_msgid(domain="mail.example.com")
    answer["In-Reply-To"] = mail["Message-ID"].strip()
    answer["References"] = f"{mail['References']} {mail['Message-ID']}".replace("\n", " ").strip()
    body = mail.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
    answer.set_content(f"{words}\n\nOn Tue, 10 Mar 2026 at 10:24, Ben at PsychPATH wrote:\n\n{quoted}\n")
    return answer.as_bytes()


def by_mailgun(system: System, raw: bytes, recipient: str) -> httpx.Response:
    """Mailgun's route with the whole mail, signed."""
    form = {**_signed(raw), "recipient": recipient, "body-mime": raw.decode()}
    return _posted(system, "mailgun/inbound_mime", data=form)


def word_of_mailgun(event: str, mail: EmailMessage, at: int, **more: Any) -> dict[str, Any]:
    """What Mailgun says became of a mail, signed."""
    data = {
        "event": event,
        "timestamp": at,
        "id": f"{event}-{at}",
        "recipient": mail["X-Rcpt-To"],
        "message": {"headers": {"message-id": mail["Message-ID"].strip(" <>\n")}},
        **more,
    }
    return {"signature": _signed(json.dumps(data).encode()), "event-data": data}


def told_by_mailgun(system: System, word: dict[str, Any]) -> int:
    """How its webhook is answered."""
    return _posted(system, "mailgun/tracking", content=json.dumps(word)).status_code


def _signed(raw: bytes) -> dict[str, str]:
    at, token = str(int(time.time())), hashlib.sha256(raw).hexdigest()[:50]
    signature = hmac.new(KEY.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": at, "token": token, "signature": signature}


def by_sparkpost(system: System, raw: bytes, recipient: str) -> httpx.Response:
    """SparkPost's relay webhook."""
    content = {"email_rfc822": base64.b64encode(raw).decode(), "email_rfc822_is_base64": True}
    message = {"content": content, "protocol": "smtp", "msg_from": "", "rcpt_to": recipient}
    return _posted(system, "sparkpost/inbound", content=json.dumps([{"msys": {"relay_message": message}}]))


def by_postmark_in_parts(system: System, **fields: Any) -> httpx.Response:
    """Postmark's inbound webhook without the whole mail: what it has read of it, as JSON."""
    return _posted(
        system, "postmark/inbound", content=json.dumps({"Headers": [], "Attachments": []} | fields)
    )


def by_postmark(system: System, raw: bytes, recipient: str) -> httpx.Response:
    """Postmark's inbound webhook with the whole mail."""
    payload = {
        "RawEmail": raw.decode(),
        "Headers": [],
        "OriginalRecipient": recipient,
        "MessageID": hashlib.sha256(raw).hexdigest()[:32],
    }
    return _posted(system, "postmark/inbound", content=json.dumps(payload))


def _posted(
    system: System, place: str, *, data: dict[str, str] | None = None, content: str | None = None
) -> httpx.Response:
    user, _, password = SECRET.partition(":")
    return httpx.post(
        f"{system.url}/anymail/{place}/",
        data=data,
        content=content,
        headers={"Content-Type": "application/json"} if content else None,
        auth=(user, password),
        timeout=20,
    )
