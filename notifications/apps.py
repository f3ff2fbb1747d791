"""The notifications app: saying it to people outside the open page."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Delivery ledger, notices and transports."""

    name = "notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Notifications"
