"""The ledger's services: plan, claim, deliver, settle. Importable by workers only; the web never writes a delivery."""

from notifications.services.accounts import empty_old, record_account_mail
from notifications.services.deliver import Tally, deliver
from notifications.services.ledger import claim, find_due, mark_uncertain, planned_by, settle
from notifications.services.plan import plan, store

__all__ = [
    "Tally",
    "claim",
    "deliver",
    "empty_old",
    "find_due",
    "mark_uncertain",
    "plan",
    "planned_by",
    "record_account_mail",
    "settle",
    "store",
]
