"""The admin's door: support admins only, and in by the product's own sign-in.

`core.apps.SupportAdminConfig` makes it Django's default admin site. Signing in goes through
allauth, so that rate limits and second factors hold here as well.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class SupportAdminSite(admin.AdminSite):
    """Django's admin with a narrower door: being staff makes an agent, and only an agent can be an admin."""

    site_title = site_header = "Support admin"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff and request.user.is_superuser

    def login(self, request: HttpRequest, *_: Any) -> HttpResponse:
        """Not a form of its own. Whoever is signed in and got here lacks the right, and is told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
