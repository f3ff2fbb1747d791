"""Tables: in which order a batch is written, and which columns of a row that exists already.

For `support.services.work.Work.flush`. A column that is missing here is never updated.
"""

from django.db.models import Model

from support.models import (
    AvailabilityRecord,
    Canary,
    Change,
    ChatMessage,
    ChatSession,
    Participant,
    ReplyPromise,
    SupportTicket,
    SupportUserStatus,
)

# Parents first: table, what tells its new rows from those it has, what is changed of those.
TABLES: tuple[tuple[type[Model], list[str], list[str]], ...] = (
    (
        SupportTicket,
        ["id"],
        [
            "requester",
            "assigned_to",
            "status",
            "priority",
            "tags",
            "public_sequence",
            "staff_sequence",
            "staff_read_sequence",
            "revision",
            "last_message_at",
            "updated_at",
            "resolved_at",
        ],
    ),
    (
        ChatSession,
        ["id"],
        [
            "agent",
            "state",
            "offered_to",
            "offered_at",
            "offers",
            "passes",
            "unattended_since",
            "warned_at",
            "accepted_at",
            "ended_at",
            "ended_by",
            "end_cause",
            "rating",
            "rating_comment",
            "rated_at",
            "transcript_at",
        ],
    ),
    (ChatMessage, [], []),
    (Participant, ["ticket", "user"], ["read_sequence", "delivered_sequence"]),
    (
        SupportUserStatus,
        ["user"],
        [
            "declared",
            "pinned_until",
            "is_present",
            "input_at",
            "availability",
            "reason",
            "shown",
            "wanted_since",
            "is_online",
            "changed_at",
            "last_seen_at",
            "chat_capacity",
        ],
    ),
    (AvailabilityRecord, [], []),
    (ReplyPromise, ["id"], ["replied_at", "outcome"]),
    (Change, [], []),
    (Canary, ["shard"], ["sent_at"]),
)
