"""What providers say of mails of ours, word by word. Written by notifications.services alone (workers)."""

from django.db import models
from django.db.models import Q


class Signal(models.Model):
    """One word of a provider about a mail of ours. `is_known`: the ledger has that mail; if not, it is asked again."""

    id = models.UUIDField(primary_key=True, editable=False)
    state = models.CharField(max_length=10)
    source = models.CharField(max_length=40)
    message_id = models.CharField(max_length=510, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    address = models.CharField(max_length=254, blank=True)
    cause = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_known = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="signal_unknown", condition=Q(is_known=False)),
            models.Index(fields=["received_at"], name="signal_received"),
        ]

    def __str__(self) -> str:
        return f"{self.state} by {self.source}"
