"""The design to beat: a Channels consumer that writes the row itself, then tells the group. An ASGI application.

It has what the product's has: its settings and server, admission, origins, text validator, channel layer and collector
settings. Tuned: one kept database connection without a check before each use. It has no log, order, numbers, limits or
repeats. Started by `tests.benchmarks.run` beside the product, never by anybody else.
"""

import gc
import json
import os

os.environ.setdefault("PROCESS_ROLE", "asgi")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from channels.routing import ProtocolTypeRouter, URLRouter

from core.one_thread import get_asgi_application

http = get_asgi_application()

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import connection, connections
from django.urls import path

from core.problems import Refused
from support import validators
from support.routing import origins_only
from support.sockets import admission

connections.settings["default"]["OPTIONS"].pop("pool", None)
connections.settings["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
INSERT = "INSERT INTO benchmark_message (id, ticket_id, author_id, body) VALUES (%s, %s, %s, %s)"


class InlineConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One page."""

    async def connect(self) -> None:
        reference = self.scope["url_route"]["kwargs"]["reference"]
        await self.accept()
        try:
            self.place = await database_sync_to_async(admission.place)(self.scope["headers"], reference)
        except Refused:
            await self.close(4404)
            return
        self.group = f"inline.{self.place.ticket_id}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send('{"type":"chat_history","messages":[]}')

    async def disconnect(self, _code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str) -> None:
        frame = json.loads(text_data)
        body = validators.message_text(frame["message"])
        await database_sync_to_async(self._write)(frame["id"], body)
        message = {"id": frame["id"], "ticket_id": str(self.place.ticket_id), "message": body}
        text = json.dumps({"type": "message", "message": message})
        await self.channel_layer.group_send(self.group, {"type": "told", "text": text})

    def _write(self, message_id: str, body: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [message_id, self.place.ticket_id, self.place.visitor.user.pk, body])

    async def told(self, event: dict[str, str]) -> None:
        await self.send(event["text"])


routes = URLRouter([path("ws/chat/<str:reference>/", InlineConsumer.as_asgi())])
application = ProtocolTypeRouter({"http": http, "websocket": origins_only(routes)})

gc.collect()
gc.freeze()
gc.set_threshold(50_000, 50, 100)
