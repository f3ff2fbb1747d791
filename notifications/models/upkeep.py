"""What keeps the ledger honest and in hand: what was planned, breakers, and runs over many deliveries.

Written by notifications.services alone (workers); read by the page of support admins.
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.words import Hold


class Plan(models.Model):
    """One event that a rule speaks of: `expected` is its audience x transports, and so the number of its rows.

    The key is the event's. An event that concerns nobody just now has a plan of 0 rows: it was looked at.
    """

    event_id = models.UUIDField(primary_key=True, editable=False)
    event_kind = models.CharField(max_length=40)
    command_id = models.UUIDField(db_index=True)
    expected = models.PositiveIntegerField()
    happened_at = models.DateTimeField(help_text="When the event was accepted.")
    planned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["planned_at"], name="plan_planned_at")]

    def __str__(self) -> str:
        return f"{self.event_kind}: {self.expected}"


class Breaker(models.Model):
    """One breaker that has opened. `key` is the address, the ticket, or the notice; `released_at`: it is closed again.

    While it is open, what it speaks of is held. After a release only what was sent since counts.
    """

    id = models.CharField(max_length=300, primary_key=True)
    hold = models.CharField(max_length=10, choices=Hold.choices)
    key = models.CharField(max_length=254)
    count = models.PositiveIntegerField(help_text="How many had gone out within the hour when it opened.")
    opened_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.hold} {self.key}"


class RunAction(models.TextChoices):
    """What a support admin does with deliveries."""

    REPLAY = "replay", _("Send again")
    CANCEL = "cancel", _("Cancel")
    RELEASE = "release", _("Release")


class RunState(models.TextChoices):
    """Where a run is."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Run(models.Model):
    """One action over all deliveries that match a filter, worked off in steps. `id` is the command's.

    `filter` is the query of the page; only rows created until `until` are meant. `reached` is the place in them that
    the last step came to, newest first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=10, choices=RunAction.choices)
    filter = models.JSONField(default=dict)
    until = models.DateTimeField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    reached_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-until", "id"]

    def __str__(self) -> str:
        return f"{self.action}: {self.done} of {self.total}"
