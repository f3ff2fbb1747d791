"""Probe runs: what each self-probe saw, hop by hop. The history behind the pages of operations and status."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProbeOutcome(models.TextChoices):
    """How a run ended. Late: every hop was passed, one of them not in time."""

    PASSED = "passed", _("Passed")
    LATE = "late", _("Late")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class ProbeRun(models.Model):
    """One run. `hop` is the first that failed or was late; `steps` are [name, state, milliseconds] in their order."""

    id = models.UUIDField(primary_key=True, editable=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=9, choices=ProbeOutcome.choices)
    hop = models.CharField(max_length=10, blank=True)
    steps = models.JSONField(default=list)

    class Meta:
        verbose_name = "probe run"
        ordering = ["-began_at", "id"]
        indexes = [models.Index(fields=["-began_at"], name="support_probe_newest")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"
