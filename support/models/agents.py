"""Agents: what each declares, what is observed of them, and what follows."""

from datetime import datetime

from django.conf import settings
from django.db import models

from support.availability import Declared, Effective, Observed, Reason, effective, public
from support.workflow import Availability


class SupportUserStatus(models.Model):
    """An agent's availability: declared, observed as of the last edge, and effective.

    `shown` is what the public sees: it follows `availability` after the debounce; `wanted_since` is when it began to
    differ. `is_online` is stored for one cheap public question. Services set all of them together. `chat_capacity`:
    how many live chats at once, their own word; None is the installation's.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="support_status"
    )
    declared = models.CharField(max_length=7, choices=Availability.choices, default=Availability.OFFLINE)
    pinned_until = models.DateTimeField(null=True)
    is_present = models.BooleanField(default=False)
    input_at = models.DateTimeField(null=True)
    availability = models.CharField(max_length=7, choices=Availability.choices, default=Availability.OFFLINE)
    reason = models.CharField(max_length=8, default=Reason.DECLARED.value)
    shown = models.CharField(max_length=7, choices=Availability.choices, default=Availability.OFFLINE)
    wanted_since = models.DateTimeField(null=True)
    is_online = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    chat_capacity = models.PositiveSmallIntegerField(null=True)

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
    def declaration(self) -> Declared:
        """What they said."""
        return Declared(self.declared, self.pinned_until)

    @property
    def capacity(self) -> int:
        """How many live chats, offered ones included, they take at once."""
        return settings.CHAT_CAPACITY if self.chat_capacity is None else self.chat_capacity

    @property
    def observation(self) -> Observed:
        """What was observed at the last edge."""
        return Observed(self.is_present, self.input_at)

    def agrees(self, seen: Observed, now: datetime) -> bool:
        """Whether the row still says what follows from the declaration, what is seen, and the clock."""
        found = effective(self.declaration, seen, now)
        said = (self.availability, self.reason, self.is_present)
        return said == (found.availability, found.reason, seen.is_present)

    @property
    def wanted(self) -> str:
        """What the public is to see, once it has held for the debounce."""
        return public(Effective(self.availability, Reason(self.reason)), self.observation)
