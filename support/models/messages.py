"""Messages: what a person wrote in a ticket."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ids import new_id
from support.workflow import Audience, Source


class ChatMessage(models.Model):
    """A message; its id is the client's. An internal note (audience staff) has no number in the public stream."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(
        "support.SupportTicket", models.CASCADE, related_name="messages", db_index=False
    )
    session = models.ForeignKey("support.ChatSession", models.SET_NULL, null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="messages")
    audience = models.CharField(max_length=6, choices=Audience.choices, default=Audience.PUBLIC)
    body = models.TextField()
    is_support = models.BooleanField(default=False)
    public_sequence = models.PositiveIntegerField(null=True)
    staff_sequence = models.PositiveIntegerField()
    files = models.JSONField(default=list, blank=True, help_text="As support.files describes them.")
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.WEB)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "message"
        # What was said lately: whether all of it was planned (the ledger's balance), and who has not read it for a day.
        indexes = [models.Index(fields=["created_at"], name="support_message_recent")]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "staff_sequence"], name="support_message_staff_seq"),
            models.UniqueConstraint(
                fields=["ticket", "public_sequence"],
                condition=Q(public_sequence__isnull=False),
                name="support_message_public_seq",
            ),
            models.CheckConstraint(
                condition=Q(audience="public", public_sequence__isnull=False)
                | Q(audience="staff", public_sequence__isnull=True),
                name="support_message_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.staff_sequence} of {self.ticket_id}"

    def sequence(self, *, staff: bool) -> int | None:
        """Its number in the reader's own stream."""
        return self.staff_sequence if staff else self.public_sequence
