"""Chat sessions: a period of live chat on a ticket."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ids import new_id


class SessionState(models.TextChoices):
    """Where a live chat is."""

    WAITING = "waiting", "Waiting"
    ACTIVE = "active", "Active"
    ENDED = "ended", "Ended"


class ChatSession(models.Model):
    """A live chat; a person has at most one that has not ended."""

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

    class Meta:
        verbose_name = "chat session"
        indexes = [models.Index(fields=["requester", "-created_at"], name="support_session_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["requester"], condition=~Q(state="ended"), name="support_session_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} chat {self.pk}"
