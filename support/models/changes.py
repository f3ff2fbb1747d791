"""Changes: the history, and the memory of what was done already; refusals and dead letters: what was not done."""

import uuid

from django.conf import settings
from django.db import models


class Change(models.Model):
    """One applied command that was not a message. The key is the command's id: a repeat finds its own row here.

    `detail` is {"from", "to"} in words of the workflow; `events` are the encoded events it caused, announced again
    when the command is repeated; `fingerprint` tells a repeat from another request under the same id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(
        "support.SupportTicket", models.CASCADE, null=True, related_name="changes", db_index=False
    )
    actor = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    events = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=32)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "change"
        indexes = [
            models.Index(fields=["ticket", "created_at"], name="support_change_history"),
            models.Index(fields=["created_at"], name="support_change_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Refusal(models.Model):
    """A refused entry of the log, for as long as it could be applied again, when its reason may be gone.

    The key is derived from the command and the entry: a sender who tries again makes another entry, and is asked anew.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.CharField(max_length=40)
    sentence = models.TextField()
    values = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "refusal"
        indexes = [models.Index(fields=["created_at"], name="support_refusal_oldest")]

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class LetterState(models.TextChoices):
    """What became of a dead letter."""

    HELD = "held", "Held"
    REPLAYED = "replayed", "Replayed"
    DISCARDED = "discarded", "Discarded"


class DeadLetter(models.Model):
    """An accepted command that could not be applied, kept whole until somebody has looked at it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shard = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    payload = models.TextField()
    error = models.TextField()
    attempts = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=9, choices=LetterState.choices, default=LetterState.HELD)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "dead letter"

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"
