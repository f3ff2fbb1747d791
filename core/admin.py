"""People in the admin: the one table an admin writes. Nobody is deleted, because what they wrote stays; accounts are
deactivated."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.models import User


@admin.register(User)
class People(UserAdmin):  # type: ignore[type-arg]
    """`Staff status` makes an agent, `Superuser status` a support admin."""

    list_display = (
        "username",
        "email",
        "guest_address",
        "first_name",
        "is_staff",
        "is_superuser",
        "is_active",
    )
    list_filter = (*UserAdmin.list_filter, "is_guest")
    search_fields = (*UserAdmin.search_fields, "guest_address")
    actions = ("revoke",)
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        ("Reading", {"fields": ("timezone", "theme", "language", "shortcuts")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "email",
                    "first_name",
                    "last_name",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Revoke links and sessions (guests only)", permissions=["change"])
    def revoke(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """For a mailbox or a device in wrong hands."""
        for guest in people.filter(is_guest=True):
            guest.revoke()
