"""The rows of notifications, one module per idea; everything is imported from here."""

from notifications.models.deliveries import AccountMail, Delivery
from notifications.models.people import Preference, SuppressedFor, Suppression
from notifications.models.upkeep import Breaker, Plan, Run, RunAction, RunState
from notifications.models.words import (
    EMAIL,
    GONE_OUT,
    IN_APP,
    SHOWN,
    WAITING,
    Hold,
    NoticeKind,
    Reason,
    State,
)

__all__ = [
    "EMAIL",
    "GONE_OUT",
    "IN_APP",
    "SHOWN",
    "WAITING",
    "AccountMail",
    "Breaker",
    "Delivery",
    "Hold",
    "NoticeKind",
    "Plan",
    "Preference",
    "Reason",
    "Run",
    "RunAction",
    "RunState",
    "State",
    "SuppressedFor",
    "Suppression",
]
