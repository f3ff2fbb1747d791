"""The mailbox: fetches what is new from an IMAP server, each mail exactly once, and changes nothing there but "seen".

Called by `inbound.poll` and by `manage.py watch_mailbox`, in workers. A mail is kept, then accepted by the command log
under an id that follows from its place in the mailbox (account, UIDVALIDITY, UID). Whatever dies in between, the same
mail asks for the same once more. What the ledger has is not fetched again, so no flag of the mailbox is trusted, and
people may read it with any program. A mail that the server does not hand over stops none behind it: it is a gap among
the newest of the ledger, and asked for at every poll. One at which the line broke is asked for last.
"""

import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import redis
from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from core import kept, valkey
from notifications.models import IncomingMail
from support import mail_intake

logger = logging.getLogger(__name__)
AWAY = (ImapToolsError, imaplib.IMAP4.error)
TIMEOUT = 10.0
# One task's worth; the next poll, or the watcher, goes on.
MOST = 50
# A mail that was not handed over is asked for again until so many newer ones are in the ledger.
LOOKS_BACK = 500
# So long is a mail at which the line broke asked for last.
TROUBLE_SECONDS = 3600
_KINDS = {"imaps": MailBox, "imap+tls": MailBoxStartTls, "imap": MailBoxUnencrypted}
_PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}


def fetch_new(most: int = MOST) -> int:
    """Accept up to `most` new mails; how many. 0 without a mailbox, or when it can't be reached."""
    if not settings.IMAP_URL:
        return 0
    accepted = 0
    try:
        with opened() as mailbox:
            for _ in _accept(mailbox, most):
                accepted += 1
    except (*AWAY, OSError) as error:
        logger.warning("the mailbox was not read (%s: %s)", type(error).__name__, str(error)[:200])
    return accepted


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
    """In the order of the mailbox, as many as were accepted: what the newest of the ledger leave out is left."""
    name = folder(urlsplit(settings.IMAP_URL))
    validity = mailbox.folder.status(name, ["UIDVALIDITY"])["UIDVALIDITY"]
    rows = IncomingMail.objects.filter(account=account(), uid_validity=validity).order_by("-uid")
    known = set(rows.values_list("uid", flat=True)[:LOOKS_BACK])
    least = min(known) if len(known) == LOOKS_BACK else 1
    found = {int(uid) for uid in mailbox.uids(f"UID {least}:*")} - known
    last = _broke_at(validity)
    for uid in sorted(found, key=lambda uid: (uid in last, uid)):
        if uid >= least and _was_kept(mailbox, uid, validity):
            yield uid
            most -= 1
        if not most:
            return


def _was_kept(mailbox: BaseMailBox, uid: int, validity: int) -> bool:
    """False for a mail that is gone, or that the server does not hand over now. Raises when the line is broken."""
    try:
        return _keep(mailbox, uid, validity)
    except (imaplib.IMAP4.abort, OSError):
        _note_broken(validity, uid)
        raise
    except imaplib.IMAP4.error as error:
        logger.warning("mail %d of the mailbox was not handed over (%s); it is asked for again", uid, error)
        return False


def _trouble_key(validity: int) -> str:
    return f"mailbox:broke:{account()}:{validity}"


def _broke_at(validity: int) -> set[int]:
    """The mails at which the line broke within an hour; none for want of Valkey."""
    with suppress(redis.RedisError):
        said: Any = valkey.ephemeral().smembers(_trouble_key(validity))
        return set(map(int, said))
    return set()


def _note_broken(validity: int, uid: int) -> None:
    """Or one mail that a server hangs at would end every poll before those behind it."""
    logger.warning("the line to the mailbox broke at mail %d; it is asked for again behind the others", uid)
    with suppress(redis.RedisError):
        valkey.ephemeral().sadd(_trouble_key(validity), uid)
        valkey.ephemeral().expire(_trouble_key(validity), TROUBLE_SECONDS)


def _keep(mailbox: BaseMailBox, uid: int, validity: int) -> bool:
    """First kept and accepted, then marked as seen: a crash in between costs a second look and nothing else."""
    size = _size(mailbox, uid)
    is_cut = size > settings.MAIL_MOST_BYTES
    raw = _raw(mailbox, uid, headers_only=is_cut)
    if not raw:
        return False  # deleted since it was counted
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
    return True


def _fetch(mailbox: BaseMailBox, uid: int, wanted: str) -> list[Any]:
    """What the server answers, nothing for a mail that is gone. Raises imaplib.IMAP4.error when it says no."""
    status, answer = mailbox.client.uid("FETCH", str(uid), wanted)
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status} {answer}"[:200])
    return [part for part in answer if part is not None]


def _size(mailbox: BaseMailBox, uid: int) -> int:
    lines = [line for line in _fetch(mailbox, uid, "(RFC822.SIZE)") if isinstance(line, bytes)]
    words = b" ".join(lines).replace(b")", b" ").split()
    return int(words[words.index(b"RFC822.SIZE") + 1]) if b"RFC822.SIZE" in words else 0


def _raw(mailbox: BaseMailBox, uid: int, *, headers_only: bool) -> bytes:
    wanted = "(BODY.PEEK[HEADER])" if headers_only else "(BODY.PEEK[])"
    parts = _fetch(mailbox, uid, wanted)
    return next((bytes(part[1]) for part in parts if isinstance(part, tuple)), b"")
