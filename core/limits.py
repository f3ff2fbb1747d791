"""Settings of what is limited: how fast people write, and what somebody without an account may do.

Called by `core.settings` only. The counting is `core.buckets` and `support.sockets.limits`.
"""

from datetime import timedelta
from typing import Any

from core import env


def read() -> dict[str, Any]:
    """The settings, by name."""
    return {
        # Writes over HTTP: a person may do so many at once, then so many a second; an address ten times that.
        "WRITES_AT_ONCE": env.integer("WRITES_AT_ONCE", default=30, least=1),
        "WRITES_PER_SECOND": env.integer("WRITES_PER_SECOND", default=2, least=1),
        # Posts over sockets, likewise for one person and process.
        "CHAT_POSTS_AT_ONCE": env.integer("CHAT_POSTS_AT_ONCE", default=100, least=1),
        "CHAT_POSTS_PER_SECOND": env.integer("CHAT_POSTS_PER_SECOND", default=10, least=1),
        # Visitors without an account may write to support.
        "GUESTS": env.boolean("GUESTS", default=True),
        # For one e-mail address; an internet address, which may be an office, has ten times that. A conversation
        # begun mails its link, so both figures together are what a stranger can have mailed to somebody in an hour.
        "GUEST_TICKETS_PER_HOUR": env.integer("GUEST_TICKETS_PER_HOUR", default=3, least=1),
        "GUEST_LINKS_PER_HOUR": env.integer("GUEST_LINKS_PER_HOUR", default=3, least=1),
        "GUEST_MESSAGES_PER_MINUTE": env.integer("GUEST_MESSAGES_PER_MINUTE", default=20, least=1),
        # Longer than a guest's session lives, so that nobody is forgotten whose page is still open.
        "GUEST_SILENT_DAYS": env.integer("GUEST_SILENT_DAYS", default=30, least=8),
        # A device is a guest's for so long; the mailed link, which makes it theirs again, is good for so long.
        "GUEST_SESSION_AGE": int(timedelta(days=7).total_seconds()),
        "GUEST_LINK_AGE": int(timedelta(days=30).total_seconds()),
    }
