"""The notifications app: saying it to people outside the open page."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Delivery ledger, notices and transports."""

    name = "notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Notifications"

    def ready(self) -> None:
        """Connect the webhooks to anymail's signals, and the bell's number to the badges of every page."""
        import_module("notifications.webhooks")
        also_on_pages = import_module("support.badges").also_on_pages
        also_on_pages(import_module("notifications.bell").unseen_texts_of)
