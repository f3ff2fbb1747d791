"""Agents: what each declares, and what the public sees of it."""

from django.conf import settings
from django.db import models

from support.workflow import Availability


class SupportUserStatus(models.Model):
    """An agent's availability: what they declare, whether a lease says they are there, and what follows from both.

    `is_online` is stored for one cheap public question; services set it from `effective` on every change.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="support_status"
    )
    declared = models.CharField(max_length=7, choices=Availability.choices, default=Availability.OFFLINE)
    is_present = models.BooleanField(default=False)
    is_online = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "agent status"
        verbose_name_plural = "agent statuses"
        indexes = [
            models.Index(fields=["is_online"], name="support_agent_online"),
            models.Index(fields=["is_present"], name="support_agent_present"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.declared}"

    @property
    def effective(self) -> str:
        """What the public sees: the declaration, while a lease bears it out."""
        return self.declared if self.is_present else Availability.OFFLINE
