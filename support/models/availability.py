"""The history of availability: who was what when, and why."""

from django.conf import settings
from django.db import models

from core.ids import new_id
from support.workflow import Availability


class AvailabilityRecord(models.Model):
    """One line of the history: from `at` on an agent was this, to colleagues or (`is_public`) to everybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="availability_history", db_index=False
    )
    at = models.DateTimeField()
    availability = models.CharField(max_length=7, choices=Availability.choices)
    reason = models.CharField(max_length=8)
    declared = models.CharField(max_length=7, choices=Availability.choices)
    pinned_until = models.DateTimeField(null=True)
    is_public = models.BooleanField()

    class Meta:
        verbose_name = "availability record"
        indexes = [
            models.Index(fields=["user", "-at"], name="support_availability_agent"),
            models.Index(fields=["-at", "is_public"], name="support_availability_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.availability}"
