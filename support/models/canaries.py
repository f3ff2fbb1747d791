"""Canaries: what proves, every few seconds, that a command gets from the log into PostgreSQL."""

from django.db import models


class Canary(models.Model):
    """The last canary that was stored from a shard of the command log. One row per shard, for ever."""

    shard = models.PositiveSmallIntegerField(primary_key=True)
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "canaries"

    def __str__(self) -> str:
        return f"shard {self.shard}"
