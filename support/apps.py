"""Support as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Registers the contracts, so that the log can be read by any process."""

    name = "support"

    def ready(self) -> None:
        for family in ("", "chat_", "mail_", "delivery_"):
            import_module(f"support.{family}commands")
            import_module(f"support.{family}events")
