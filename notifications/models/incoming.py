"""The other ledger: one row per mail that came in, whatever became of it. None is without a row, none thrown away.

Written by notifications.services alone (workers); read by the page of support admins and by who may see the message it
became. The mail itself lies in `core.kept` under `digest`. Sender and subject are what the mail claims.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications.models.deliveries import Delivery
from notifications.models.mail_words import MailOutcome, MailReason


class IncomingMail(models.Model):
    """One mail that came in. `id` is the command's, and follows from where the mail came from.

    `key` is the mail's own, the same however often and by whichever way it comes; only the first has it. `plan` is the
    outcome it is on its way to: the command `command_id` is in the log, and what that stores is the message
    `message_id` or the ticket. `decision` is what a support admin said: ticket, thread or discard.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    via = models.CharField(max_length=40)
    account = models.CharField(max_length=300, blank=True)
    uid_validity = models.BigIntegerField(default=0)
    uid = models.BigIntegerField(default=0)
    recipients = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    is_cut = models.BooleanField(default=False, help_text="Only its headers were kept: it was too large.")
    received_at = models.DateTimeField()

    key = models.CharField(max_length=64, blank=True)
    message_id_header = models.CharField(max_length=510, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=150, blank=True)
    subject = models.CharField(max_length=300, blank=True)

    outcome = models.CharField(max_length=12, choices=MailOutcome.choices, default=MailOutcome.WAITING)
    reason = models.CharField(max_length=12, choices=MailReason.choices, blank=True)
    cause = models.CharField(max_length=300, blank=True, help_text="What told what it is.")
    plan = models.CharField(max_length=12, choices=MailOutcome.choices, blank=True)
    command_id = models.UUIDField(null=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ticket = models.ForeignKey("support.SupportTicket", models.SET_NULL, null=True, related_name="mails")
    message_id = models.UUIDField(null=True)
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="answers")
    tried_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="mail_newest"),
            models.Index(fields=["outcome", "-received_at", "-id"], name="mail_of_outcome"),
            models.Index(fields=["received_at"], name="mail_waiting", condition=Q(outcome="waiting")),
            models.Index(fields=["account", "uid_validity", "-uid"], name="mail_of_account"),
            models.Index(
                fields=["message_id"], name="mail_of_message", condition=Q(message_id__isnull=False)
            ),
            models.Index(
                fields=["message_id_header"], name="mail_of_header", condition=~Q(message_id_header="")
            ),
            models.Index(fields=["sender", "-received_at"], name="mail_of_sender"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="notifications_mail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.via}: {self.id}"
