"""The rows of notifications, one module per idea; everything is imported from here."""

from notifications.models.deliveries import AccountMail, Delivery
from notifications.models.incoming import IncomingMail
from notifications.models.mail_words import PLACED, MailOutcome, MailReason
from notifications.models.people import Preference, SuppressedFor, Suppression
from notifications.models.signals import Signal
from notifications.models.upkeep import Breaker, Plan, Run, RunAction, RunState
from notifications.models.words import (
    BY_CALENDAR,
    EMAIL,
    GONE_OUT,
    IN_APP,
    SHOWN,
    TROUBLED,
    WAITING,
    Hold,
    NoticeKind,
    Reason,
    State,
)

__all__ = [
    "BY_CALENDAR",
    "EMAIL",
    "GONE_OUT",
    "IN_APP",
    "PLACED",
    "SHOWN",
    "TROUBLED",
    "WAITING",
    "AccountMail",
    "Breaker",
    "Delivery",
    "Hold",
    "IncomingMail",
    "MailOutcome",
    "MailReason",
    "NoticeKind",
    "Plan",
    "Preference",
    "Reason",
    "Run",
    "RunAction",
    "RunState",
    "Signal",
    "State",
    "SuppressedFor",
    "Suppression",
]
