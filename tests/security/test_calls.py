"""What calls out: nothing that a stranger writes makes us connect to anybody. Canary listeners hear if it does.

What our code may connect to at all is few and named by operators: PostgreSQL, Valkey, the mail server, the mailbox, the
mail provider, and at start the processes on this machine.
"""

import ast
import socket

import pytest

from core.models import User
from support import richtext
from tests.architecture.tree import sources
from tests.notifications.post import PostOffice
from tests.support.conftest import Desk

pytestmark = pytest.mark.django_db
# Whoever imports one of these can call somebody; each with the reason why it may.
CALLERS = {
    "core/connections.py": {"socket"},  # the names of options of a line to Valkey
    "core/measures.py": {"socket"},  # what this machine is called
    "core/alive.py": {"urllib.request", "socket"},  # a container asks itself whether it is alive
    "support/canaries.py": {"socket"},  # the name of its own host
    "core/supervisor/readiness.py": {"http.client"},  # are the processes that we started up?
    "core/supervisor/ports.py": {"socket"},  # is the port free?
    "notifications/imap.py": {"imaplib"},  # the mailbox of the settings
    "workers/pulse.py": {"socket"},  # what this machine is called
    "notifications/transports/email.py": {"smtplib", "requests"},  # names of errors; Django and anymail send
    "notifications/smtp.py": {
        "smtplib",
        "socket",
    },  # the mail server of the settings, within the time of a task
    "notifications/calling.py": {
        "socket"
    },  # the same, and whether the provider of the settings can be reached
}
ABLE = {
    *("http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "xmlrpc.client"),
    *("socket", "ftplib", "smtplib", "imaplib"),
}


def test_what_may_call_somebody_is_named_here() -> None:
    found: dict[str, set[str]] = {}
    for source in sources():
        for node in ast.walk(source.tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if able := ABLE & set(names):
                found.setdefault(source.name, set()).update(able)

    assert found == CALLERS


def test_no_mail_and_no_message_makes_us_call_anybody(desk: Desk, amira: User, ben: User) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0)
        here = f"http://127.0.0.1:{canary.getsockname()[1]}"
        words = (
            f'<img src="{here}/pixel"><link rel=stylesheet href="{here}/css"><iframe src="{here}/frame"></iframe>'
            f'<script src="{here}/js"></script><object data="{here}/o"></object> ![x]({here}/md) [a]({here}) {here}'
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "{here}/xxe">]>&e;<meta http-equiv=refresh content="0;url={here}/meta">'
        )
        office = PostOffice(desk, amira, ben)
        desk.say(amira, office.ticket, words)
        richtext.render(words)
        for kind in ("text/html", "text/plain"):
            raw = (
                f"From: {amira.email}\r\nTo: {office.reply_address(amira)}\r\nSubject: x\r\n"
                f"Message-ID: <{kind.replace('/', '.')}@example.com>\r\nList-Unsubscribe: <{here}/stop>\r\n"
                f"Disposition-Notification-To: {amira.email}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{words}"
            )
            office.deliver(raw.encode())

        with pytest.raises(BlockingIOError):
            canary.accept()
    assert office.ticket.messages.count() == 4
