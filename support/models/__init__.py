"""The domain's tables. Only `support.services` writes them, and only workers run those."""

from support.models.agents import SupportUserStatus
from support.models.availability import AvailabilityRecord
from support.models.canaries import Canary
from support.models.changes import Change, DeadLetter, Refusal
from support.models.messages import ChatMessage
from support.models.participants import Participant
from support.models.probes import ProbeRun
from support.models.promises import ReplyPromise, ReplyTime
from support.models.sessions import ChatSession
from support.models.tickets import SupportTicket

__all__ = [
    "AvailabilityRecord",
    "Canary",
    "Change",
    "ChatMessage",
    "ChatSession",
    "DeadLetter",
    "Participant",
    "ProbeRun",
    "Refusal",
    "ReplyPromise",
    "ReplyTime",
    "SupportTicket",
    "SupportUserStatus",
]
