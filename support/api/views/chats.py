"""Live chats over HTTP: accepted, declined, ended, rated, asked for by mail. They speak of the ticket's newest chat."""

import uuid

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.receipts import Accepted
from support import chat_intake, frames, selectors
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.serializers import NewRating, Nothing, checked
from support.api.views.base import Agents, View
from support.api.writes import answer


class _Chat(View):
    """Answers with the chat as it is after the change."""

    def changed(self, request: Request, accepted: Accepted, sentence: str) -> Response:
        def represent() -> documents.Document:
            chat = selectors.chat_of(self.ticket_of(accepted))
            return frames.chat_json(chat, staff=self.user.is_staff) | {"message": sentence}

        return answer(request, accepted, represent)


class AcceptChat(_Chat):
    """`tickets/<id>/chat/accept/`"""

    permission_classes = [Agents]

    @schema.write("accept_chat", "Take a live chat that waits", takes=Nothing, answers=shapes.Chat)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For agents, offered to them or not, and its ticket with it; 409 `taken` names the colleague who was faster.

        A chat whose agent is away (`unattended_since`) is taken over in the same way.
        """
        ticket = self.ticket(ticket_id)
        chat = selectors.chat_of(ticket)
        accepted = chat_intake.accept_chat(self.user, ticket, chat.pk, idempotency_key=key_of(request))
        return self.changed(request, accepted, _("This chat is yours now."))


class DeclineChat(_Chat):
    """`tickets/<id>/chat/decline/`"""

    permission_classes = [Agents]

    @schema.write("decline_chat", "Let a live chat pass", takes=Nothing, answers=shapes.Chat)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For the agent it is offered to: it is offered to the next. For everybody else nothing changes."""
        ticket = self.ticket(ticket_id)
        chat = selectors.chat_of(ticket)
        accepted = chat_intake.decline_chat(self.user, ticket, chat.pk, idempotency_key=key_of(request))
        return self.changed(request, accepted, _("We’ll offer this chat to somebody else."))


class EndChat(_Chat):
    """`tickets/<id>/chat/end/`"""

    @schema.write("end_chat", "End a live chat", takes=Nothing, answers=shapes.Chat)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For its requester and for agents; a chat that has ended already stays as it is."""
        ticket = self.ticket(ticket_id)
        chat = selectors.chat_of(ticket)
        accepted = chat_intake.end_chat(self.user, ticket, chat.pk, idempotency_key=key_of(request))
        return self.changed(request, accepted, _("This chat has ended. We’ve kept it with your tickets."))


class RateChat(_Chat):
    """`tickets/<id>/chat/rating/`"""

    @schema.write("rate_chat", "Rate a chat that has ended", takes=NewRating, answers=shapes.Chat)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """For its requester; the last word counts, until a new chat begins, for seven days at most."""
        ticket, asked = self.ticket(ticket_id), checked(NewRating, request.data)
        chat = selectors.chat_of(ticket)
        accepted = chat_intake.rate_chat(self.user, ticket, chat.pk, **asked, idempotency_key=key_of(request))
        return self.changed(request, accepted, _("Thank you. This helps us do better."))


class SendTranscript(_Chat):
    """`tickets/<id>/chat/transcript/`"""

    @schema.write("send_transcript", "Mail what was said in a chat", takes=Nothing, answers=shapes.Chat)
    def post(self, request: Request, ticket_id: uuid.UUID) -> Response:
        """To its requester's own address, once in ten minutes. 429 before that."""
        ticket = self.ticket(ticket_id)
        chat = selectors.chat_of(ticket)
        accepted = chat_intake.send_transcript(self.user, ticket, chat.pk, idempotency_key=key_of(request))
        sentence = _("We’ll send the transcript to {address}.").format(address=self.user.mail_address)
        return self.changed(request, accepted, sentence)
