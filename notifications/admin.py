"""The admin of the ledger: to look, never to change. The text of account mails is not shown: it holds secrets."""

from django.contrib import admin

from notifications.models import AccountMail, Breaker, Delivery, Run, Suppression
from support.admin import ReadOnly


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """Did they get it?"""

    list_display = (
        "created_at",
        "notice",
        "ticket",
        "address",
        "transport",
        "state",
        "reason",
        "held",
        "attempts",
        "due_at",
    )
    list_filter = ("state", "held", "notice", "reason", "transport")
    list_select_related = ("ticket",)
    search_fields = ("address", "=message_id_header", "=provider_id")
    date_hierarchy = "created_at"


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    """Addresses that take no mail from us; lifted at /support/deliveries/."""

    list_display = ("address", "reason", "cause", "since")
    list_filter = ("reason",)
    search_fields = ("address",)


@admin.register(Breaker)
class BreakerAdmin(ReadOnly):
    """What was too much, and when it was let go; released at /support/deliveries/."""

    list_display = ("hold", "key", "count", "opened_at", "released_at")
    list_filter = ("hold",)


@admin.register(Run)
class RunAdmin(ReadOnly):
    """Who did what with many deliveries."""

    list_display = ("until", "action", "by", "done", "total", "state", "ended_at")
    list_filter = ("action", "state")
    list_select_related = ("by",)


@admin.register(AccountMail)
class AccountMailAdmin(ReadOnly):
    """That a reset or confirmation was asked for, and whether its text is gone."""

    list_display = ("created_at", "template", "to", "emptied_at")
    fields = ("id", "template", "to", "created_at", "emptied_at")
    search_fields = ("to",)
