"""The secrets that a run makes by itself: what lets somebody in from a cookie or from a mail, and using it."""

import re
from collections.abc import Iterable
from email.message import EmailMessage

import httpx

from tests.system.processes import System

# Each with what lets somebody in as its only group.
LINKS = [
    re.compile(r"/accounts/password/reset/key/\w+?-([^/\s]+)/"),
    re.compile(r"/accounts/confirm-email/([^/\s]+)/"),
    re.compile(r"/support-tickets/guest/return/([^/\s]+)"),
    re.compile(r"/notifications/stop/([^/\s>]+)"),
]
REPLY = re.compile(r"\+([^@]+)@")
SHORTEST = 16  # of what is a secret among cookies


def all_mailed(system: System) -> list[EmailMessage]:
    """The mails, once there is a link of every kind and an address to answer to among them."""
    mails = list(system.sink.messages)
    kinds = [link for link in LINKS if any(link.search(path) for path in links_in(mails))]
    return mails if kinds == LINKS and reply_tokens(mails) else []


def links_in(mails: Iterable[EmailMessage]) -> dict[str, str]:
    """The path of each link with what it holds."""
    texts = [_text(mail) for mail in mails]
    return {found[0]: found[1] for text in texts for link in LINKS for found in link.finditer(text)}


def reply_tokens(mails: Iterable[EmailMessage]) -> set[str]:
    """What an address to answer to holds."""
    return {token for mail in mails for token in REPLY.findall(str(mail["Reply-To"] or ""))}


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return f"{mail['List-Unsubscribe'] or ''} {body.get_content() if body else ''}"


def used(url: str, links: Iterable[str]) -> None:
    """Each is opened, and posted to without a token of a page: a line of the log names its address."""
    with httpx.Client(base_url=url, timeout=20) as visitor:
        for link in links:
            visitor.get(link)
            visitor.post(link)


def cookies_of(*browsers: httpx.Client) -> set[str]:
    """Sessions and what guards their forms."""
    values = {cookie.value or "" for browser in browsers for cookie in browser.cookies.jar}
    return {value for value in values if len(value) >= SHORTEST}
