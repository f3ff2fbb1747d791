"""Addresses of the requester's pages, included at the root by `core.urls`; the desk's are in support.desk_urls.

`support/` is the desk and the API, `support-tickets` the requester's own.
"""

from django.urls import include, path

from support.views import (
    delays,
    files,
    guests,
    home,
    pending,
    preferences,
    profile,
    status,
    ticket_actions,
    ticket_chat,
    tickets,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("support-tickets", tickets.tickets, name="tickets"),
    path("support-tickets/new", ticket_actions.create, name="ticket-create"),
    path("support-tickets/pending/<uuid:command_id>", pending.pending, name="pending"),
    path("support-tickets/<uuid:ticket_id>", tickets.ticket, name="ticket"),
    path("support-tickets/<uuid:ticket_id>/files/<uuid:file_id>", files.file, name="ticket-file"),
    path("support-tickets/<uuid:ticket_id>/reply", ticket_actions.reply, name="ticket-reply"),
    path("support-tickets/<uuid:ticket_id>/status", ticket_actions.status, name="ticket-status"),
    path("support-tickets/guest", guests.write, name="guest"),
    path("support-tickets/guest/link", guests.link, name="guest-link"),
    path("support-tickets/guest/return/<str:token>", guests.come_back, name="guest-return"),
    path("support-tickets/guest/forget", guests.forget, name="guest-forget"),
    path("support-tickets/<uuid:ticket_id>/chat/end", ticket_chat.end, name="ticket-chat-end"),
    path("support-tickets/<uuid:ticket_id>/chat/rating", ticket_chat.rate, name="ticket-chat-rate"),
    path(
        "support-tickets/<uuid:ticket_id>/chat/transcript",
        ticket_chat.transcript,
        name="ticket-chat-transcript",
    ),
    path("support-delays", delays.delays, name="delays"),
    path("status/", status.status, name="status"),
    path("status.json", status.status_json, name="status-json"),
    path("status", status.bare, name="status-bare"),
    path("preferences/theme", preferences.theme, name="theme"),
    path("accounts/profile/", profile.profile, name="profile"),
    path("support/", include("support.desk_urls")),
]
