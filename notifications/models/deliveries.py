"""The ledger: one row per event, person and transport, written before anything is attempted.

Promise: what was meant for whom, by which means, how it went and, where it did not go out, the named reason.
Written by notifications.services alone (workers); read by the admin and the pages of support staff. Must not hold
what people wrote: a delivery points at its ticket and message and is rendered when it is sent. The one exception
is `AccountMail`, whose text exists nowhere else; it is emptied as soon as its delivery is final.
"""

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from notifications.models.words import IN_APP, TROUBLED, Hold, NoticeKind, Reason, State


class AccountMail(models.Model):
    """A mail of the sign-in pages (reset, confirmation). `id` is the command's; the text goes once it was sent."""

    id = models.UUIDField(primary_key=True, editable=False)
    template = models.CharField(max_length=100)
    to = models.EmailField(max_length=254)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    emptied_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.template} {self.id}"


class Delivery(models.Model):
    """One attempt to say one event to one person by one transport. `id` = derive(event, transport, recipient)."""

    id = models.UUIDField(primary_key=True, editable=False)
    event_id = models.UUIDField()
    event_kind = models.CharField(max_length=40)
    command_id = models.UUIDField()
    facts = models.JSONField(default=dict, help_text="What the event said: ids and states, never text.")
    notice = models.CharField(max_length=20, choices=NoticeKind.choices)
    ticket = models.ForeignKey(
        "support.SupportTicket", models.CASCADE, null=True, related_name="deliveries", db_index=False
    )
    message_id = models.UUIDField(null=True)
    account_mail = models.ForeignKey(AccountMail, models.CASCADE, null=True, related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="deliveries"
    )
    address = models.CharField(max_length=254, blank=True)
    transport = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    cause = models.CharField(max_length=500, blank=True, help_text="What the other side answered.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="In the app: opened, or read where it points.")
    # Told by the provider, in any order and any number of times; each is the first time it was said.
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(
        null=True, help_text="Sent again by hand; tries are counted from then."
    )
    held = models.CharField(max_length=10, choices=Hold.choices, blank=True)
    released = models.BooleanField(default=False, help_text="Released by hand: no breaker holds it any more.")
    carrier = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="carried",
        help_text="The delivery in whose mail this one was said as well.",
    )
    message_id_header = models.CharField(max_length=255, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    # Noted by whoever sends it, not stored: the Message-ID of what its reader last wrote about the ticket by mail.
    answered: str = ""

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="delivery_waiting",
                condition=models.Q(state__in=["planned", "queued"]),
            ),
            models.Index(fields=["claimed_at"], name="delivery_sending", condition=models.Q(state="sending")),
            models.Index(fields=["ticket", "created_at"], name="delivery_of_ticket"),
            models.Index(fields=["event_id"], name="delivery_of_event"),
            models.Index(fields=["-created_at", "-id"], name="delivery_newest"),
            models.Index(
                fields=["provider_id"], name="delivery_of_provider", condition=~models.Q(provider_id="")
            ),
            models.Index(
                fields=["message_id_header"],
                name="delivery_of_header",
                condition=~models.Q(message_id_header=""),
            ),
            models.Index(fields=["address", "settled_at"], name="delivery_to_address"),
            models.Index(fields=["notice", "settled_at"], name="delivery_by_rule"),
            # As support admins type it: its beginning, in any case.
            models.Index(OpClass(Upper("address"), name="text_pattern_ops"), name="delivery_address_typed"),
            models.Index(
                fields=["-created_at", "-id"],
                name="delivery_troubled",
                condition=models.Q(state__in=TROUBLED),
            ),
            models.Index(
                fields=["recipient", "-created_at", "-id"],
                name="delivery_in_app",
                condition=models.Q(transport=IN_APP),
            ),
            models.Index(
                fields=["recipient", "ticket"],
                name="delivery_unseen",
                condition=models.Q(transport=IN_APP, seen_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} by {self.transport}: {self.state}"
