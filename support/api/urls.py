"""Addresses of the API, included under `support/api/` by `core.urls`. Exact, with their slash at the end."""

from django.urls import path

from support.api import described, keys  # noqa: F401 - the generator knows their classes once they are loaded
from support.api.views import changes, chats, docs, live_chat, messages, presence, receipts, tickets

app_name = "api"
urlpatterns = [
    path("tickets/", tickets.Tickets.as_view(), name="tickets"),
    path("tickets/create/", tickets.CreateTicket.as_view(), name="ticket-create"),
    path("tickets/all/", tickets.AllTickets.as_view(), name="tickets-all"),
    path("tickets/<uuid:ticket_id>/", tickets.Ticket.as_view(), name="ticket"),
    path("tickets/<uuid:ticket_id>/messages/", messages.Messages.as_view(), name="messages"),
    path("tickets/<uuid:ticket_id>/message/", messages.PostMessage.as_view(), name="message"),
    path("tickets/<uuid:ticket_id>/read/", messages.MarkRead.as_view(), name="read"),
    path("tickets/<uuid:ticket_id>/received/", messages.MarkReceived.as_view(), name="received"),
    path("tickets/<uuid:ticket_id>/status/", changes.ChangeStatus.as_view(), name="status"),
    path("tickets/<uuid:ticket_id>/assign/", changes.AssignTicket.as_view(), name="assign"),
    path("tickets/<uuid:ticket_id>/priority/", changes.ChangePriority.as_view(), name="priority"),
    path("tickets/<uuid:ticket_id>/tags/", changes.ChangeTags.as_view(), name="tags"),
    path("tickets/<uuid:ticket_id>/chat/accept/", chats.AcceptChat.as_view(), name="chat-accept"),
    path("tickets/<uuid:ticket_id>/chat/decline/", chats.DeclineChat.as_view(), name="chat-decline"),
    path("tickets/<uuid:ticket_id>/chat/end/", chats.EndChat.as_view(), name="chat-end"),
    path("tickets/<uuid:ticket_id>/chat/rating/", chats.RateChat.as_view(), name="chat-rating"),
    path("tickets/<uuid:ticket_id>/chat/transcript/", chats.SendTranscript.as_view(), name="chat-transcript"),
    path("chat/messages/", live_chat.LiveChat.as_view(), name="chat-messages"),
    path("chat/message/", live_chat.PostToLiveChat.as_view(), name="chat-message"),
    path("chat/online-status/", presence.OnlineStatus.as_view(), name="online-status"),
    path("receipts/<uuid:command_id>/", receipts.Receipt.as_view(), name="receipt"),
    path("status/toggle/", presence.ToggleStatus.as_view(), name="toggle"),
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.Docs.as_view(), name="docs"),
]
