"""Addresses of the bell and of a person's wishes, included at the root by `core.urls`."""

from django.urls import path

from notifications import pages, preference_pages

urlpatterns = [
    path("notifications", pages.notices, name="notices"),
    path("notifications/seen", pages.seen, name="notices-seen"),
    path("notifications/unseen", pages.unseen, name="notices-unseen"),
    path("notifications/<uuid:notice_id>", pages.open_notice, name="notice"),
    path("accounts/notifications/", preference_pages.preferences, name="notice-preferences"),
]
