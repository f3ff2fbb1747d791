"""Settings of mail: who it is from, how it leaves, how patient it is.

Called by `core.settings` only. EMAIL_URL names a mail server, ANYMAIL_BACKEND a provider with its ANYMAIL_… settings;
with neither, mail goes to the development mailbox, which refuses outside DEBUG.
"""

from typing import Any

from core import connections, env

MAILBOX = "notifications.mailbox.MailboxBackend"
SMTP = "notifications.smtp.SmtpBackend"


def read(*, brand: str, testing: bool) -> dict[str, Any]:
    """The settings, by name."""
    support = env.text("SUPPORT_EMAIL", default="support@psychpath.com.au")
    sender = env.text("DEFAULT_FROM_EMAIL", default=f"{brand} Support <{support}>")
    return {
        "SUPPORT_EMAIL": support,
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
        # With MAIL_SECONDS (notifications/smtp.py) below what a task may take.
        "EMAIL_TIMEOUT": 10,
        **_patience(testing=testing),
        **_coming_in(),
        **_way_out(),
    }


def _patience(*, testing: bool) -> dict[str, int]:
    return {
        # A mail about a message waits so long; reading the message meanwhile drops it. Tests need not wait.
        "REPLY_MAIL_GRACE": env.integer("REPLY_MAIL_GRACE", default=0 if testing else 120),
        # One mail about messages per thread and reader in so many seconds; what comes meanwhile goes with the next.
        "REPLY_MAIL_EVERY": env.integer("REPLY_MAIL_EVERY", default=0 if testing else 900),
        # Beyond so many within an hour a breaker holds the rest until somebody has looked: mails to one address, events
        # mailed of one ticket, events mailed by one rule. 0: without a breaker.
        "MAILS_PER_ADDRESS": env.integer("MAILS_PER_ADDRESS", default=200),
        "MAILS_PER_THREAD": env.integer("MAILS_PER_THREAD", default=60),
        "MAILS_PER_RULE": env.integer("MAILS_PER_RULE", default=5000),
    }


def _coming_in() -> dict[str, Any]:
    return {
        # A mailbox to fetch mail from, the folder as its path: imaps://user:password@host/INBOX. Besides webhooks.
        "IMAP_URL": env.url("IMAP_URL", default="", schemes=("imap", "imaps", "imap+tls")),
        # Of a larger mail in the mailbox the headers alone are kept; a webhook takes twice that (core/uploads).
        "MAIL_MOST_BYTES": env.integer("MAIL_MOST_BYTES", default=30 * 1024 * 1024, least=1024),
        # For so many days the source of a mail is kept; its row, its message and its files stay.
        "MAIL_KEPT_DAYS": env.integer("MAIL_KEPT_DAYS", default=365, least=1),
        # New tickets by mail from one address within an hour; what comes beyond waits in quarantine.
        "MAIL_TICKETS_PER_HOUR": env.integer("MAIL_TICKETS_PER_HOUR", default=5, least=1),
        # From when on somebody's own clock the mails of the calendar come: summaries, unread replies.
        "DIGEST_HOUR": env.integer("DIGEST_HOUR", default=8, most=20),
        # The mail server of ours whose Authentication-Results count, as it names itself there.
        "MAIL_CHECKED_BY": env.text("MAIL_CHECKED_BY", default=""),
    }


def _way_out() -> dict[str, Any]:
    url = env.url("EMAIL_URL", default="", schemes=("smtp", "smtps", "smtp+tls"))
    # A provider that knows no metadata shall send the mail without it rather than not at all.
    provider: dict[str, Any] = {"IGNORE_UNSUPPORTED_FEATURES": True} | env.group("ANYMAIL_")
    # Its own default of thirty seconds is more than a task may take.
    provider["REQUESTS_TIMEOUT"] = env.integer("ANYMAIL_REQUESTS_TIMEOUT", default=10, least=1, most=12)
    backend = provider.pop("BACKEND", MAILBOX)
    # Its webhooks may be in use whichever way mail leaves.
    way_out = {"EMAIL_BACKEND": SMTP, **connections.email(url)} if url else {"EMAIL_BACKEND": backend}
    return {"EMAIL_URL": url, "ANYMAIL": provider, **way_out}
