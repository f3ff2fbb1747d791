"""The admin of the ledger: to look, never to change. The text of account mails is not shown: it holds secrets."""

from typing import Any

from django.contrib import admin

from notifications.models import AccountMail, Delivery


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """No adding, no changing, no deleting: whoever changes the domain appends a command."""

    def has_add_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any, **__: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any, **__: Any) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(LookOnly):
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
    search_fields = ("address", "=message_id_header", "=provider_id")
    date_hierarchy = "created_at"


@admin.register(AccountMail)
class AccountMailAdmin(LookOnly):
    """That a reset or confirmation was asked for, and whether its text is gone."""

    list_display = ("created_at", "template", "to", "emptied_at")
    fields = ("id", "template", "to", "created_at", "emptied_at")
    search_fields = ("to",)
