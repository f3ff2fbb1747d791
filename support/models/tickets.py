"""Tickets: one request for help with its thread."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Case, IntegerField, Q, Value, When

from core.ids import new_id
from support.probing import PROBE_ID
from support.workflow import ACTIVE, Priority, Status, TicketType

if TYPE_CHECKING:
    from core.models import User

SEARCHED = SearchVector("subject", "description", config="english")
# How much a ticket presses, as a number that grows the less it does: what is urgent is first in an ascending index.
URGENCY = Case(
    *(
        When(priority=priority.value, then=Value(rank))
        for rank, priority in enumerate((Priority.URGENT, Priority.HIGH, Priority.MEDIUM))
    ),
    default=Value(3),
    output_field=IntegerField(),
)


class TicketQuerySet(models.QuerySet["SupportTicket"]):
    """Every queryset a face uses starts from `visible_to`."""

    def visible_to(self, user: "User") -> "TicketQuerySet":
        """All tickets for staff, their own for everybody else."""
        return self if user.is_staff else self.filter(requester=user)


_Tickets = models.Manager.from_queryset(TicketQuerySet)


class Tickets(_Tickets["SupportTicket"]):
    """Every ticket that is somebody's: those of the self-probe are not for anybody to see."""

    def get_queryset(self) -> TicketQuerySet:
        return super().get_queryset().exclude(requester_id=PROBE_ID)  # type: ignore[return-value]


class SupportTicket(models.Model):
    """A ticket.

    `public_sequence` and `staff_sequence` are the last gapless numbers given in the requester's stream and in the
    staff's (which counts internal notes too). `staff_read_sequence` is the furthest that anybody on staff has read
    in the staff's stream; None: nobody has opened it. `revision` counts the changes that an open thread shows besides
    messages and cursors: a page that hears of a later one than it has asks for the ticket.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets", db_index=False
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_tickets"
    )
    subject = models.CharField(max_length=200)
    description = models.TextField()
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.MEDIUM)
    ticket_type = models.CharField(max_length=8, choices=TicketType.choices, default=TicketType.QUESTION)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    context_data = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=list, blank=True, help_text="What came with the description.")
    current_url = models.CharField(max_length=2000, blank=True)
    browser_info = models.CharField(max_length=1000, blank=True)
    public_sequence = models.PositiveIntegerField(default=0)
    staff_sequence = models.PositiveIntegerField(default=0)
    staff_read_sequence = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=0)
    last_message_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    objects = Tickets()
    everything = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = "ticket"
        indexes = [
            models.Index(fields=["requester", "-updated_at", "-id"], name="support_ticket_mine"),
            models.Index(fields=["-updated_at", "-id"], name="support_ticket_recent"),
            models.Index(
                fields=["assigned_to", "-updated_at", "-id"],
                name="support_ticket_assigned",
                condition=Q(status__in=sorted(ACTIVE)),
            ),
            models.Index(fields=["status", "-updated_at", "-id"], name="support_ticket_status"),
            # Oldest first: without it a walk from the oldest would pass every ticket that was ever resolved.
            models.Index(
                fields=["updated_at", "id"],
                name="support_ticket_active",
                condition=Q(status__in=sorted(ACTIVE)),
            ),
            # PostgreSQL does not see that rows which belong to nobody are in the order of what follows in an index.
            models.Index(
                fields=["updated_at", "id"],
                name="support_ticket_untaken",
                condition=Q(assigned_to=None, status__in=sorted(ACTIVE)),
            ),
            models.Index(URGENCY, "updated_at", "id", name="support_ticket_urgency"),
            models.Index(
                URGENCY,
                "updated_at",
                "id",
                name="support_ticket_pressing",
                condition=Q(status__in=sorted(ACTIVE)),
            ),
            GinIndex(SEARCHED, name="support_ticket_words"),
            GinIndex(fields=["tags"], name="support_ticket_tags"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people call it: PP-1042."""
        return f"{settings.REFERENCE_PREFIX}-{self.number}"

    @property
    def is_active(self) -> bool:
        """Somebody still has to do something."""
        return self.status in ACTIVE

    def last_sequence(self, *, staff: bool) -> int:
        """The last number of the reader's own stream."""
        return self.staff_sequence if staff else self.public_sequence
