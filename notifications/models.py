"""The ledger: one row per event, person and transport, written before anything is attempted.

Promise: what was meant for whom, by which means, how it went and, where it did not go out, the named reason.
Written by notifications.services alone (workers); read by the admin and the pages of support staff. Must not hold
what people wrote: a delivery points at its ticket and message and is rendered when it is sent. The one exception
is `AccountMail`, whose text exists nowhere else; it is emptied as soon as its delivery is final.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone


class NoticeKind(models.TextChoices):
    """What a delivery says."""

    NEW_TICKET = "new_ticket", "New ticket"
    TICKET_REPLY = "ticket_reply", "Reply"
    TICKET_UPDATE = "ticket_update", "Update"
    CHAT_TRANSCRIPT = "chat_transcript", "Chat transcript"
    GUEST_LINK = "guest_link", "Link for a guest"
    CHAT_WAITING = "chat_waiting", "Chat waiting"
    INTERNAL_NOTE = "internal_note", "Internal note"
    ACCOUNT = "account", "Account mail"


class State(models.TextChoices):
    """Where a delivery is. `delivered` to `complained` are told by the provider, later."""

    PLANNED = "planned", "Planned"
    WITHHELD = "withheld", "Withheld"
    QUEUED = "queued", "Waiting for another try"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    OPENED = "opened", "Opened"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Marked as spam"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"
    CANCELLED = "cancelled", "Cancelled"


class Reason(models.TextChoices):
    """Why a delivery did not go out. The first group withholds, the second is a failure."""

    AUTHOR = "author", "They did it themselves"
    INTERNAL_NOTE = "internal-note", "Internal notes are for staff alone"
    NOT_FOR_REQUESTER = "not-for-requester", "Who handles the ticket is the team's own business"
    INACTIVE = "inactive", "Their account is not active"
    PREFERENCE = "preference", "They asked not to be told of this in this way"
    NO_ADDRESS = "no-address", "No address known"
    NO_ACCOUNT = "no-account", "Without an account there is no bell"
    NOT_THEIRS = "not-theirs", "They may no longer see the ticket"
    READ = "read", "They had read it already"
    GONE = "gone", "What it was about no longer exists"
    TAKEN = "taken", "Somebody else has it, or is asked"

    REFUSED = "refused", "The address was refused"
    UNSAFE_HEADER = "unsafe-header", "A header would have held a line break or control character"
    GAVE_UP = "gave-up", "Three days of tries failed"
    UNCONFIRMED = "unconfirmed", "Sending was interrupted: it may or may not have left"


WAITING = (State.PLANNED, State.QUEUED)
EMAIL, IN_APP = "email", "in_app"
# What stands behind the bell. An interrupted delivery may not have reached a page; the list shows it all the same.
SHOWN = (State.SENT, State.UNCERTAIN)


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
    message_id_header = models.CharField(max_length=255, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

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


class Preference(models.Model):
    """How one person wants to be told. Without a row: everything the rules say, and quietly.

    `muted` names switches that are off, as "notice:transport". A later choice replaces an earlier one by `changed_at`,
    the time at which it was accepted, so that a repeated command changes nothing.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notice_preference"
    )
    browser = models.BooleanField(default=False, help_text="Also as a notification of their browser.")
    sound = models.BooleanField(default=False, help_text="With a short tone.")
    muted = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"
