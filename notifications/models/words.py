"""The words of the ledger: what is said, where a delivery is, why it did not go out, what it is held for.

Pure; read by everything in notifications. A word that stands in rows is never renamed.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What a delivery says."""

    NEW_TICKET = "new_ticket", _("New ticket")
    TICKET_REPLY = "ticket_reply", _("Reply")
    TICKET_UPDATE = "ticket_update", _("Update")
    CHAT_TRANSCRIPT = "chat_transcript", _("Chat transcript")
    GUEST_LINK = "guest_link", _("Link for a guest")
    CHAT_WAITING = "chat_waiting", _("Chat waiting")
    INTERNAL_NOTE = "internal_note", _("Internal note")
    MAIL_FAILED = "mail_failed", _("An email came back")
    DIGEST = "digest", _("Daily summary")
    UNREAD = "unread", _("Unread replies")
    SUMMARY = "summary", _("Weekly summary")
    ACCOUNT = "account", _("Account email")


class State(models.TextChoices):
    """Where a delivery is. `delivered` to `complained` are told by the provider, later, and never go back."""

    PLANNED = "planned", _("Planned")
    WITHHELD = "withheld", _("Withheld")
    QUEUED = "queued", _("Waiting for another try")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    OPENED = "opened", _("Opened")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Marked as spam")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Uncertain")
    CANCELLED = "cancelled", _("Cancelled")


class Reason(models.TextChoices):
    """Why a delivery did not go out. The first group withholds, the second is a failure."""

    AUTHOR = "author", _("They did it themselves")
    INTERNAL_NOTE = "internal-note", _("Internal notes are for staff alone")
    NOT_FOR_REQUESTER = "not-for-requester", _("Who handles the ticket is the team’s own business")
    INACTIVE = "inactive", _("Their account is not active")
    PREFERENCE = "preference", _("They asked not to be told of this in this way")
    NO_ADDRESS = "no-address", _("No address known")
    NO_ACCOUNT = "no-account", _("Without an account there is no bell")
    NOT_THEIRS = "not-theirs", _("They may no longer see the ticket")
    READ = "read", _("They had read it already")
    GONE = "gone", _("What it was about no longer exists")
    TAKEN = "taken", _("Somebody else has it, or is asked")
    NOTHING = "nothing", _("There was nothing to say")
    LATE = "late", _("It was out of date by the time it could leave")
    SUPPRESSED = "suppressed", _("Their address takes no mail from us")

    REFUSED = "refused", _("The address was refused")
    UNSAFE_HEADER = "unsafe-header", _("A header would have held a line break or control character")
    GAVE_UP = "gave-up", _("Three days of tries failed")
    UNCONFIRMED = "unconfirmed", _("Sending was interrupted: it may or may not have left")


class Hold(models.TextChoices):
    """What a waiting delivery is held for: a breaker that opened. It goes out when somebody releases it."""

    ADDRESS = "address", _("Too many emails to one address")
    THREAD = "thread", _("Too many emails about one ticket")
    RULE = "rule", _("Too many emails of one kind")


WAITING: Final = (State.PLANNED, State.QUEUED)
TROUBLED: Final = (State.FAILED, State.UNCERTAIN, State.BOUNCED, State.COMPLAINED)
# Told by the calendar, not by an event.
BY_CALENDAR: Final = (NoticeKind.DIGEST, NoticeKind.UNREAD, NoticeKind.SUMMARY)
EMAIL: Final = "email"
IN_APP: Final = "in_app"
# What stands behind the bell. An interrupted delivery may not have reached a page; the list shows it all the same.
SHOWN: Final = (State.SENT, State.UNCERTAIN)
# Whoever was handed a delivery has had it, or has said what became of it.
GONE_OUT: Final = (State.SENT, State.DELIVERED, State.OPENED, State.BOUNCED, State.COMPLAINED)
