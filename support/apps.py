"""Support as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Registers the contracts, so that the log can be read by any process."""

    name = "support"

    def ready(self) -> None:
        import_module("support.commands")
        import_module("support.events")
