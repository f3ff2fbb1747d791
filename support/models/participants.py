"""Participants: who takes part in a ticket, and how far each of them has read."""

from django.conf import settings
from django.db import models


class Role(models.TextChoices):
    """What a person is in a ticket."""

    REQUESTER = "requester", "Requester"
    AGENT = "agent", "Agent"


class Participant(models.Model):
    """One person in one ticket. Both cursors count in the person's own stream and never move back."""

    ticket = models.ForeignKey(
        "support.SupportTicket", models.CASCADE, related_name="participants", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="participations")
    role = models.CharField(max_length=9, choices=Role.choices)
    read_sequence = models.PositiveIntegerField(default=0)
    delivered_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "participant"
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="support_participant_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of {self.ticket_id}"
