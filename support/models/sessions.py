"""Chat sessions: a period of live chat on a ticket, how it ended, and what its requester thought of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ids import new_id


class SessionState(models.TextChoices):
    """Where a live chat is."""

    WAITING = "waiting", "Waiting"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"


# The one table of a live chat: which state may follow which. Nobody moves a session but `services.session_moves`.
FOLLOWS: dict[str, frozenset[str]] = {
    SessionState.WAITING: frozenset({SessionState.ACTIVE, SessionState.ENDED}),
    SessionState.ACTIVE: frozenset({SessionState.ENDED}),
    SessionState.ENDED: frozenset(),
}


class EndCause(models.TextChoices):
    """What ended a live chat."""

    PERSON = "person", "Somebody ended it"
    TICKET = "ticket", "Its ticket was resolved or closed"


# How long what happened in a chat may be rated, as long as no new one began.
RATABLE_FOR = timedelta(days=7)


class ChatSession(models.Model):
    """A live chat; a person has at most one that has not ended.

    `transcript_at`: when its requester last asked for it by mail.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey("support.SupportTicket", models.CASCADE, related_name="sessions")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="chat_sessions")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handled_chats"
    )
    state = models.CharField(max_length=8, choices=SessionState.choices, default=SessionState.WAITING)
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
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
        indexes = [models.Index(fields=["requester", "-created_at"], name="support_session_person")]
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
