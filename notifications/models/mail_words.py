"""The words of the ledger of received mail: what became of one, and why one waits in quarantine. Pure."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailOutcome(models.TextChoices):
    """What became of a mail. Every outcome but the first and the quarantine is final."""

    WAITING = "waiting", _("Not sorted yet")
    BY_TOKEN = "token", _("Reply, by its reply address")
    BY_HEADER = "header", _("Reply, by its thread headers")
    BY_HAND = "hand", _("Reply, released by hand")
    NEW = "new", _("New ticket")
    DUPLICATE = "duplicate", _("Duplicate")
    LOOP = "loop", _("Loop: our own mail came back")
    AUTOMATIC = "automatic", _("Automatic answer")
    BOUNCE = "bounce", _("Bounce")
    QUARANTINED = "quarantined", _("Quarantined")
    DISCARDED = "discarded", _("Discarded by hand")


class MailReason(models.TextChoices):
    """Why a mail is in quarantine."""

    STRANGER = "stranger", _("It was sent to a reply address that was given to somebody else")
    FORGED = "forged", _("Our mail server says that the sender’s domain disowns it")
    STAFF = "staff", _("It says that one of the team wrote it, and nothing proves it")
    NO_SENDER = "no-sender", _("It does not say who wrote it, or says it twice")
    UNREADABLE = "unreadable", _("It can’t be read as an email")
    TOO_LARGE = "too-large", _("It is larger than we take")
    LIST = "list", _("It came through a mailing list")
    CLASH = "clash", _("Another email had the same Message-ID and other words")
    TOO_MANY = "too-many", _("Too many new tickets from this address within an hour")
    CLOSED = "closed", _("Its ticket is closed")
    INACTIVE = "inactive", _("The sender’s account is not active")
    NO_GUESTS = "no-guests", _("The sender has no account, and writing without one is turned off")
    REFUSED = "refused", _("The message was refused")


# What is a message or a ticket now, or is about to be.
PLACED: Final = (MailOutcome.BY_TOKEN, MailOutcome.BY_HEADER, MailOutcome.BY_HAND, MailOutcome.NEW)
