"""The admin of the ledger: to look, never to change. The text of account mails is not shown: it holds secrets."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import AccountMail, Delivery


class LookOnly:
    """No adding, no changing, no deleting: whoever changes the domain appends a command."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(LookOnly, admin.ModelAdmin):
    """Did they get it?"""

    list_display = (
        "created_at",
        "notice",
        "ticket",
        "address",
        "transport",
        "state",
        "reason",
        "attempts",
        "due_at",
    )
    list_filter = ("state", "notice", "reason", "transport")
    list_select_related = ("ticket",)
    search_fields = ("address", "=id", "=message_id_header", "=provider_id")
    date_hierarchy = "created_at"


@admin.register(AccountMail)
class AccountMailAdmin(LookOnly, admin.ModelAdmin):
    """That a reset or confirmation was asked for, and whether its text is gone."""

    list_display = ("created_at", "template", "to", "emptied_at")
    fields = ("id", "template", "to", "created_at", "emptied_at")
    search_fields = ("to",)
