"""The mailbox: fetches what is new from an IMAP server, each mail exactly once, and changes nothing there but "seen".

Called by `inbound.poll` and by `manage.py watch_mailbox`, in workers. A mail is kept, then accepted by the command log
under an id that follows from its place in the mailbox (account, UIDVALIDITY, UID). Whatever dies in between, the same
mail asks for the same once more. What the ledger has is not fetched again, so no flag of the mailbox is trusted, and
people may read it with any program.
"""

import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.db.models import Max
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from core import kept
from notifications.models import IncomingMail
from support import mail_intake

logger = logging.getLogger(__name__)
AWAY = (ImapToolsError, imaplib.IMAP4.error)
TIMEOUT = 10.0
# One task's worth; the next poll, or the watcher, goes on.
MOST = 50
_KINDS = {"imaps": MailBox, "imap+tls": MailBoxStartTls, "imap": MailBoxUnencrypted}
_PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


def fetch_new(most: int = MOST) -> int:
    """Accept up to `most` new mails; how many. 0 without a mailbox, or when it can't be reached."""
    if not settings.IMAP_URL:
        return 0
    try:
        with opened() as mailbox:
            return sum(1 for _ in _accept(mailbox, most))
    except (*AWAY, OSError) as error:
        logger.warning("the mailbox was not read (%s: %s)", type(error).__name__, str(error)[:200])
        return 0


@contextmanager
def opened() -> Iterator[BaseMailBox]:
    """The mailbox that IMAP_URL names, its folder chosen."""
    url = urlsplit(settings.IMAP_URL)
    kind = _KINDS[url.scheme]
    mailbox = kind(url.hostname or "", url.port or _PORTS[url.scheme], timeout=TIMEOUT)
    try:
        with mailbox.login(
            unquote(url.username or ""), unquote(url.password or ""), initial_folder=folder(url)
        ):
            yield mailbox
    finally:
        with suppress(OSError):  # a refused sign-in leaves the line open
            mailbox.client.shutdown()


def folder(url: SplitResult) -> str:
    """The path of the URL, INBOX without one."""
    return unquote(url.path.strip("/")) or "INBOX"


def account() -> str:
    """How the ledger names the mailbox: without its password."""
    url = urlsplit(settings.IMAP_URL)
    return f"{unquote(url.username or '')}@{url.hostname}/{folder(url)}"[:300]


def count() -> tuple[int, int]:
    """How many mails lie in the mailbox, and the UIDVALIDITY under which they do. Raises OSError, ImapToolsError."""
    with opened() as mailbox:
        status = mailbox.folder.status(folder(urlsplit(settings.IMAP_URL)), ["MESSAGES", "UIDVALIDITY"])
        return status["MESSAGES"], status["UIDVALIDITY"]


def _accept(mailbox: BaseMailBox, most: int) -> Iterator[int]:
    """In the order of the mailbox: the highest number in the ledger tells what is left."""
    name = folder(urlsplit(settings.IMAP_URL))
    validity = mailbox.folder.status(name, ["UIDVALIDITY"])["UIDVALIDITY"]
    known = IncomingMail.objects.filter(account=account(), uid_validity=validity)
    last = known.aggregate(Max("uid"))["uid__max"] or 0
    found = sorted(int(uid) for uid in mailbox.uids(f"UID {last + 1}:*") if int(uid) > last)
    for uid in found[:most]:
        _keep(mailbox, uid, validity)
        yield uid


def _keep(mailbox: BaseMailBox, uid: int, validity: int) -> None:
    """First kept and accepted, then marked as seen: a crash in between costs a second look and nothing else."""
    size = _size(mailbox, uid)
    is_cut = size > settings.MAIL_MOST_BYTES
    raw = _raw(mailbox, uid, headers_only=is_cut)
    mail_intake.receive_mail(
        digest=kept.put(raw),
        size=size or len(raw),
        via="imap",
        account=account(),
        uid_validity=validity,
        uid=uid,
        is_cut=is_cut,
    )
    # Not by the library's own call: that one also removes for good what people have marked as deleted.
    mailbox.client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")


def _size(mailbox: BaseMailBox, uid: int) -> int:
    _, answer = mailbox.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
    words = bytes(answer[0] or b"").replace(b")", b" ").split()
    return int(words[words.index(b"RFC822.SIZE") + 1]) if b"RFC822.SIZE" in words else 0


def _raw(mailbox: BaseMailBox, uid: int, *, headers_only: bool) -> bytes:
    wanted = "(BODY.PEEK[HEADER])" if headers_only else "(BODY.PEEK[])"
    _, answer = mailbox.client.uid("FETCH", str(uid), wanted)
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")
