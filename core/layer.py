"""Groups, published from workers synchronously and pipelined, in the pub/sub channel layer's own wire format.

`async_to_sync(group_send)` builds an event loop and a connection per call (3-4 ms of CPU); a PUBLISH in the drain's
pipeline costs microseconds. `tests/contracts/test_layer.py` holds this module to channels-redis's format.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import redis
from channels_redis.serializers import registry
from django.conf import settings

from core import valkey

_serializer = registry.get_serializer("msgpack")


@dataclass(frozen=True, kw_only=True)
class GroupFrame:
    """JSON text for one group's sockets: what a requester reads, what staff read; `only`: a refusal, for one actor."""

    group: str
    public: str | None = None
    staff: str | None = None
    only: str | None = None


def queue_frame(pipe: redis.client.Pipeline, frame: GroupFrame) -> None:
    """Queue one frame on a pipeline of the ephemeral instance."""
    message = {"type": "frame", "public": frame.public, "staff": frame.staff, "only": frame.only}
    pipe.publish(f"{settings.LAYER_PREFIX}__group__{frame.group}", _serializer.serialize(message))


def send(frames: Iterable[GroupFrame]) -> None:
    """Publish frames in one round trip; raises RedisError (broadcasts are at most once, nothing depends on one)."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for frame in frames:
        queue_frame(pipe, frame)
    pipe.execute()
