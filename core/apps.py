"""The kernel as a Django app: users, and the checks that fail closed at start."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig

from core import pseudo


class CoreConfig(AppConfig):
    """Registers the system checks, and in development the invented languages."""

    name = "core"

    def ready(self) -> None:
        import_module("core.checks")
        if settings.DEBUG:
            pseudo.install()


class SupportAdminConfig(AdminConfig):
    """`django.contrib.admin` with the support admins' site as its default."""

    default_site = "core.admin_site.SupportAdminSite"
