"""Chat sessions: a period of live chat on a ticket, how it ended, and what its requester thought of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ids import new_id
from support.models.tickets import SupportTicket


class SessionState(models.TextChoices):
    """Where a live chat is. Offered: it waits for the answer of one agent; its requester just waits."""

    WAITING = "waiting", "Waiting"
    OFFERED = "offered", "Offered"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"


# The one table of a live chat: which state may follow which. Nobody moves a session but `services.session_moves`.
FOLLOWS: dict[str, frozenset[str]] = {
    SessionState.WAITING: frozenset({SessionState.OFFERED, SessionState.ACTIVE, SessionState.ENDED}),
    SessionState.OFFERED: frozenset({SessionState.WAITING, SessionState.ACTIVE, SessionState.ENDED}),
    SessionState.ACTIVE: frozenset({SessionState.ENDED}),
    SessionState.ENDED: frozenset(),
}
# The requester is in the queue.
QUEUED = frozenset({SessionState.WAITING, SessionState.OFFERED})


class EndCause(models.TextChoices):
    """What ended a live chat."""

    PERSON = "person", "Somebody ended it"
    TICKET = "ticket", "Its ticket was resolved or closed"
    QUIET = "quiet", "Nobody wrote any more"
    LEFT = "left", "Its requester stopped waiting; the ticket stays"


OFFERED_FOR: Final = timedelta(seconds=30)
# How long what happened in a chat may be rated, as long as no new one began.
RATABLE_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue, 1 first, and what the wait usually is, in seconds; None while nobody can tell."""

    position: int
    expected_wait: int | None


class ChatSession(models.Model):
    """A live chat; a person has at most one that has not ended.

    `offers` counts the offers made; `passes` says who let one pass, and when. `unattended_since`: its agent has no page
    open any more. `warned_at`: the thread was told that silence ends it. `transcript_at`: when its requester last asked
    for it by mail. `place` is no column: `selectors.chats_of` says it of those who wait.
    """

    place: Place | None = None

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey("support.SupportTicket", models.CASCADE, related_name="sessions")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="chat_sessions", db_index=False
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handled_chats"
    )
    state = models.CharField(max_length=8, choices=SessionState.choices, default=SessionState.WAITING)
    created_at = models.DateTimeField()
    offered_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    offered_at = models.DateTimeField(null=True)
    offers = models.PositiveIntegerField(default=0)
    passes = models.JSONField(default=dict, blank=True)
    accepted_at = models.DateTimeField(null=True)
    unattended_since = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    end_cause = models.CharField(max_length=8, choices=EndCause.choices, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_comment = models.TextField(blank=True)
    rated_at = models.DateTimeField(null=True)
    transcript_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "chat session"
        indexes = [
            models.Index(fields=["requester", "-created_at"], name="support_session_person"),
            models.Index(fields=["created_at"], name="support_session_recent"),
            # What is live is always a handful, however many chats there ever were.
            models.Index(fields=["created_at"], name="support_session_live", condition=~Q(state="ended")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["requester"], condition=~Q(state="ended"), name="support_session_one_live"
            ),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="support_session_rating"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} chat {self.pk}"

    @property
    def is_queued(self) -> bool:
        """Whether its requester waits for somebody."""
        return self.state in QUEUED

    def quiet_since(self, ticket: SupportTicket) -> datetime:
        """Since when nobody has written in it; `ticket` is its own, as it was loaded."""
        moments = (self.created_at, self.accepted_at, ticket.last_message_at)
        return max(moment for moment in moments if moment is not None)

    def was_warned_since(self, moment: datetime) -> bool:
        """Whether the thread was told that silence ends it, after this moment."""
        return self.warned_at is not None and self.warned_at > moment

    @property
    def offer_ends_at(self) -> datetime | None:
        """Until when whoever it is offered to may answer."""
        return self.offered_at + OFFERED_FOR if self.offered_at else None
