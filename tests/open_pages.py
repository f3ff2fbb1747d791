"""Open pages of people, as the channel layer knows them: somebody listens to a person's group."""

import json
from collections import defaultdict
from typing import Any

import redis.client
from channels_redis.serializers import registry

from core import valkey
from core.layer import channel_of
from core.models import User
from support import groups
from tests.system.waiting import until

END = "that was all"


def next_message(pubsub: redis.client.PubSub) -> dict[str, Any]:
    """The next one. There is none, a client says, when its own question is answered, whether the line is well."""
    return until(lambda: pubsub.get_message(timeout=1), what="the next message")


class OpenPages:
    """Called with a person: the frames that their pages heard since they were opened, or since `forget`."""

    def __init__(self) -> None:
        self._pubsub: redis.client.PubSub = valkey.ephemeral().pubsub()
        self._names: dict[bytes, str] = {}
        self._heard: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._subscribe(END)

    def __call__(self, person: User) -> list[dict[str, Any]]:
        return self.everybody.get(person.username, [])

    @property
    def everybody(self) -> dict[str, list[dict[str, Any]]]:
        """The same by username, of whoever heard anything."""
        self._listen()
        return dict(self._heard)

    def open(self, *people: User) -> None:
        """From now on each of them has a page open."""
        for person in people:
            channel = channel_of(groups.person(person.pk))
            self._names[channel.encode()] = person.username
            self._subscribe(channel)

    def forget(self) -> None:
        """What was said until now."""
        self._listen()
        self._heard.clear()

    def close(self) -> None:
        """Nobody has a page open any more."""
        self._pubsub.close()

    def _listen(self) -> None:
        valkey.ephemeral().publish(END, b"")
        self._hear_until("message", END)

    def _subscribe(self, channel: str) -> None:
        self._pubsub.subscribe(channel)
        self._hear_until("subscribe", channel)

    def _hear_until(self, kind: str, channel: str) -> None:
        serializer = registry.get_serializer("msgpack")
        while (heard := next_message(self._pubsub))["channel"] != channel.encode():
            frame = serializer.deserialize(heard["data"])
            assert frame["public"] == frame["staff"]
            self._heard[self._names[heard["channel"]]].append(json.loads(frame["public"]))
        assert heard["type"] == kind
