"""The domain in the admin: everything can be read, nothing edited. Its one action appends a command, like any face.

For support admins who look into something. Rows are written by workers alone; a field that could be edited here would
go round the log, the history and everybody's open pages.
"""

from typing import Any

import msgspec
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.problems import Refused
from support.letters import appended_again
from support.models import (
    AvailabilityRecord,
    Canary,
    Change,
    ChatMessage,
    ChatSession,
    DeadLetter,
    Participant,
    ProbeRun,
    Refusal,
    ReplyPromise,
    ReplyTime,
    SupportTicket,
    SupportUserStatus,
)
from support.models.changes import LetterState


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Look, don't touch."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SupportTicket)
class Tickets(ReadOnly):
    """Found by number or subject."""

    list_display = ("reference", "subject", "status", "priority", "requester", "assigned_to", "updated_at")
    list_filter = ("status", "priority", "ticket_type")
    list_select_related = ("requester", "assigned_to")
    search_fields = ("=number", "subject")
    ordering = ("-updated_at", "-id")


@admin.register(ChatMessage)
class Messages(ReadOnly):
    """In the order of the staff's stream; the text itself only on a message's own page."""

    list_display = (
        "ticket",
        "staff_sequence",
        "public_sequence",
        "author",
        "audience",
        "source",
        "created_at",
    )
    list_select_related = ("ticket", "author")
    search_fields = ("=ticket__number",)
    ordering = ("-id",)


@admin.register(ChatSession)
class Sessions(ReadOnly):
    """Live chats."""

    list_display = ("ticket", "requester", "agent", "state", "created_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("ticket", "requester", "agent")
    ordering = ("-created_at",)


@admin.register(Participant)
class Participants(ReadOnly):
    """Who takes part in what, and how far they have read."""

    list_display = ("ticket", "user", "role", "read_sequence", "delivered_sequence")
    list_select_related = ("ticket", "user")
    search_fields = ("=ticket__number", "user__username")
    ordering = ("-id",)


@admin.register(Change)
class Changes(ReadOnly):
    """The history."""

    list_display = ("created_at", "kind", "ticket", "user", "detail")
    list_filter = ("kind",)
    list_select_related = ("ticket", "user")
    search_fields = ("=ticket__number", "=id")
    ordering = ("-created_at",)


@admin.register(SupportUserStatus)
class Agents(ReadOnly):
    """Who is there."""

    list_display = (
        "user",
        "declared",
        "pinned_until",
        "is_present",
        "input_at",
        "availability",
        "reason",
        "shown",
        "changed_at",
    )
    list_select_related = ("user",)


@admin.register(AvailabilityRecord)
class Availabilities(ReadOnly):
    """Who was what when, and why: to colleagues, and what the public saw of it."""

    list_display = ("at", "user", "availability", "reason", "declared", "pinned_until", "is_public")
    list_filter = ("is_public", "availability", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")


@admin.register(ReplyPromise)
class Promises(ReadOnly):
    """What was promised to whom, and what came of it."""

    list_display = ("made_at", "kind", "ticket", "availability", "words", "due_at", "replied_at", "outcome")
    list_filter = ("outcome", "kind", "availability", "is_default")
    list_select_related = ("ticket",)
    search_fields = ("=ticket__number",)
    ordering = ("-made_at",)


@admin.register(ReplyTime)
class ReplyTimes(ReadOnly):
    """What first replies take of late."""

    list_display = ("availability", "seconds", "sample", "measured_at")


@admin.register(Canary)
class Canaries(ReadOnly):
    """What proves that commands get from the log into the rows, and when it last did."""

    list_display = ("shard", "sent_at")


@admin.register(ProbeRun)
class ProbeRuns(ReadOnly):
    """What each self-probe came to."""

    list_display = ("began_at", "outcome", "hop", "asked_by", "steps")
    list_filter = ("outcome", "hop")
    list_select_related = ("asked_by",)
    ordering = ("-began_at", "-id")


@admin.register(Refusal)
class Refusals(ReadOnly):
    """What was refused lately: an entry that is applied again is refused again."""

    list_display = ("created_at", "code", "sentence", "values")
    list_filter = ("code",)
    ordering = ("-created_at", "-id")


@admin.register(DeadLetter)
class DeadLetters(ReadOnly):
    """What could not be applied, to be read, mended in the code and replayed."""

    list_display = ("created_at", "kind", "state", "attempts", "error")
    list_filter = ("state", "kind")
    ordering = ("-created_at",)
    actions = ("replay",)

    @admin.action(description="Replay: append the command again")
    def replay(self, request: HttpRequest, letters: QuerySet[DeadLetter]) -> None:
        """The same command under the same id: replaying twice changes nothing."""
        for letter in letters.filter(state=LetterState.HELD):
            try:
                appended_again(letter)
            except (msgspec.DecodeError, Refused) as trouble:
                self.message_user(request, f"{letter}: {trouble}", messages.ERROR)
            else:
                self.message_user(request, f"{letter}: appended again.")
