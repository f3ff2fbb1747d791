"""One's own live chat over HTTP, for a page that can have no socket: the conversation of `/ws/chat/general/`.

Its first message begins it, and whoever is a guest is counted as on the socket.
"""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.receipts import Accepted
from support import chat_intake, frames, histories, intake, selectors
from support.api import documents, schema, shapes
from support.api.preferences import key_of
from support.api.queries import Window
from support.api.serializers import NewChatMessage, checked
from support.api.views.base import View
from support.api.views.messages import history
from support.api.writes import answer
from support.guests import limits


class LiveChat(View):
    """`chat/messages/`"""

    @extend_schema(
        operation_id="list_chat_messages",
        summary="Messages of your live chat",
        parameters=[Window],
        responses=schema.read(shapes.MessageList),
    )
    def get(self, request: Request) -> Response:
        """`ticket_id` says which ticket it is, or will be. When a chat has ended, this is the next, still empty one."""
        thread = histories.Thread(self.user, selectors.live_chat_of(self.user)[0], may_be_unborn=True)
        return Response(history(thread, checked(Window, request.query_params)))


class PostToLiveChat(View):
    """`chat/message/`"""

    @schema.write(
        "post_chat_message",
        "Write in your live chat",
        takes=NewChatMessage,
        answers=shapes.Message,
        stored=201,
    )
    def post(self, request: Request) -> Response:
        """The first message begins the chat; `topic` is what it is about, one of the installation's."""
        accepted = self._accepted(request)

        def represent() -> documents.Document:
            page = selectors.message_of(self.ticket_of(accepted), accepted.command_id)
            return frames.messages_json(page, staff=self.user.is_staff)[0]

        return answer(request, accepted, represent, created=True)

    def _accepted(self, request: Request) -> Accepted:
        asked, key = checked(NewChatMessage, request.data), key_of(request)
        ticket_id, exists = selectors.live_chat_of(self.user)
        message_id = asked["id"] or chat_intake.message_id_for(self.user, key)
        words = {"message": asked["message"], "message_id": message_id}
        if exists:
            return intake.post_message(self.user, self.ticket(ticket_id), source="chat", **words)
        if self.user.is_guest:
            limits.require_ticket(self.user.guest_address, limits.client_of(request), ticket_id=ticket_id)
        return chat_intake.begin_chat(self.user, ticket_id=ticket_id, topic=asked["topic"], **words)
