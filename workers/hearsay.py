"""Hearsay: hears what is announced to groups, as the sockets of a web process do. For the self-probe.

Opened before anything is said, so that nothing passes by. Raises RedisError when the ephemeral Valkey is away.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import redis
from channels_redis.serializers import registry

from core import layer, valkey

_serializer = registry.get_serializer("msgpack")
LOOK_SECONDS = 0.2


class Hearsay:
    """What was heard so far: the kinds of frames."""

    def __init__(self, pubsub: redis.client.PubSub) -> None:
        self._pubsub = pubsub
        self._heard: set[str] = set()

    def hears(self, kind: str, seconds: float) -> bool:
        """Whether a frame of this kind comes within so many seconds, or came before."""
        until = time.monotonic() + seconds
        while kind not in self._heard and time.monotonic() < until:
            message = self._pubsub.get_message(timeout=LOOK_SECONDS)
            if message and message["type"] == "message":
                self._heard.add(_kind_of(message["data"]))
        return kind in self._heard


def _kind_of(data: bytes) -> str:
    frame = _serializer.deserialize(data)
    return str(json.loads(frame.get("public") or frame.get("staff") or "{}").get("type", ""))


@contextmanager
def listening(groups: Iterable[str]) -> Iterator[Hearsay]:
    """Subscribed to all of them; what they are told from here on is heard."""
    with valkey.ephemeral().pubsub() as pubsub:
        names = [layer.channel_of(group) for group in groups]
        pubsub.subscribe(*names)
        for _ in names:
            pubsub.get_message(timeout=valkey.CONNECT_SECONDS)
        yield Hearsay(pubsub)
