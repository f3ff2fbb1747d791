"""Support as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Registers the contracts, so that the log can be read by any process."""

    name = "support"

    def ready(self) -> None:
        for contracts in ("commands", "chat_commands", "events", "chat_events"):
            import_module(f"support.{contracts}")
