"""Addresses of the staff desk, included under `support/` by `core.urls`.

The page itself is one address with a query (`?view=…&ticket=<uuid>`), so every state of it can be linked and reloaded.
Each write has its own POST address; none of them answers GET.
"""

from django.urls import path

from support.views import (
    desk,
    desk_actions,
    desk_chats,
    letters,
    operation_times,
    operations,
    probe_pages,
    reports,
)

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("reports/promises", reports.promises, name="report-promises"),
    path("operations/", operations.operations, name="operations"),
    path("operations/times/", operation_times.operation_times, name="operation-times"),
    path("operations/probe", probe_pages.probe, name="probe"),
    path("operations/probe/start", probe_pages.start, name="probe-start"),
    path("operations/probe/<uuid:run_id>/cancel", probe_pages.cancel, name="probe-cancel"),
    path("operations/letters/<uuid:letter_id>/replay", letters.replay, name="letter-replay"),
    path("chats/capacity", desk_chats.capacity, name="chat-capacity"),
    path("availability", desk_actions.availability, name="desk-availability"),
    path("<uuid:ticket_id>/reply", desk_actions.reply, name="desk-reply"),
    path("<uuid:ticket_id>/status", desk_actions.status, name="desk-status"),
    path("<uuid:ticket_id>/assign", desk_actions.assign, name="desk-assign"),
    path("<uuid:ticket_id>/priority", desk_actions.priority, name="desk-priority"),
    path("<uuid:ticket_id>/tags", desk_actions.tags, name="desk-tags"),
    path("<uuid:ticket_id>/chat/accept", desk_chats.accept, name="desk-chat-accept"),
    path("<uuid:ticket_id>/chat/decline", desk_chats.decline, name="desk-chat-decline"),
    path("<uuid:ticket_id>/chat/end", desk_chats.end, name="desk-chat-end"),
    path("<uuid:ticket_id>/read", desk_actions.read, name="desk-read"),
]
