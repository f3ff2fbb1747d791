"""Promises of a reply: what was promised when something was accepted, what came of it; what replies take of late."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ids import new_id
from support.workflow import Availability, PromiseKind, PromiseOutcome


class ReplyPromise(models.Model):
    """What the requester was told when their ticket, chat or message was accepted, and what came of it.

    A ticket has at most one that is open: the one that waits longest. `words` as its reader saw them. Kept: support
    wrote by `due_at`; broken: later; withdrawn: the ticket was resolved or closed without a word of support.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey("support.SupportTicket", models.CASCADE, related_name="promises")
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=PromiseKind.choices)
    availability = models.CharField(max_length=7, choices=Availability.choices)
    words = models.CharField(max_length=200)
    is_default = models.BooleanField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=PromiseOutcome.choices, default=PromiseOutcome.OPEN)

    class Meta:
        verbose_name = "reply promise"
        indexes = [
            models.Index(fields=["ticket"], name="support_promise_open", condition=Q(outcome="open")),
            models.Index(fields=["availability", "-made_at"], name="support_promise_measured"),
            models.Index(fields=["-made_at"], name="support_promise_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"


class ReplyTime(models.Model):
    """What first replies took of late, by what support was when the question came; measured by beat."""

    availability = models.CharField(max_length=7, choices=Availability.choices, primary_key=True)
    seconds = models.PositiveIntegerField()
    sample = models.PositiveIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = "reply time"

    def __str__(self) -> str:
        return f"{self.availability}: {self.seconds} s"
