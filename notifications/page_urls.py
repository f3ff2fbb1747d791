"""Addresses of the bell, of a person's wishes and of the pages of both ledgers, included at the root by `core.urls`."""

from django.urls import path

from notifications import (
    delivery_pages,
    mail_pages,
    original_pages,
    pages,
    preference_pages,
    stop_pages,
    work_pages,
)

urlpatterns = [
    path("notifications", pages.notices, name="notices"),
    path("notifications/seen", pages.seen, name="notices-seen"),
    path("notifications/<uuid:notice_id>", pages.open_notice, name="notice"),
    path("notifications/stop/<str:token>", stop_pages.stop, name="mail-stop"),
    path("notifications/email/<str:token>", stop_pages.mail_settings, name="mail-settings"),
    path("support/deliveries/", delivery_pages.deliveries, name="deliveries"),
    path("support/deliveries/runs", delivery_pages.start_run, name="delivery-run"),
    path(
        "support/deliveries/runs/<uuid:run_id>/cancel", delivery_pages.cancel_run, name="delivery-run-cancel"
    ),
    path("support/deliveries/breakers/release", delivery_pages.release, name="breaker-release"),
    path("support/deliveries/suppressions/lift", delivery_pages.lift, name="suppression-lift"),
    path("support/deliveries/<uuid:delivery_id>", delivery_pages.handle, name="delivery-handle"),
    path("support/operations/find", work_pages.find, name="operations-find"),
    path("support/operations/commands/<uuid:command_id>/", work_pages.work, name="operations-work"),
    path("support/operations/tasks/<uuid:task_id>/", work_pages.task, name="operations-task"),
    path("support/mail/", mail_pages.mails, name="mails"),
    path("support/mail/<uuid:mail_id>", mail_pages.mail, name="mail"),
    path("support/mail/<uuid:mail_id>/source", mail_pages.source, name="mail-source"),
    path("support/mail/<uuid:mail_id>/decision", mail_pages.decide, name="mail-decide"),
    path(
        "support-tickets/<uuid:ticket_id>/mail/<uuid:message_id>",
        original_pages.original,
        name="mail-original",
    ),
    path("accounts/notifications/", preference_pages.preferences, name="notice-preferences"),
]
