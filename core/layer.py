"""Groups, published from workers synchronously and pipelined, in the pub/sub channel layer's own wire format.

`async_to_sync(group_send)` builds an event loop and a connection per call (3-4 ms of CPU); a PUBLISH in the drain's
pipeline costs microseconds. `tests/contracts/test_layer.py` holds this module to channels-redis's format.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import redis
from channels_redis.serializers import registry
from django.conf import settings

from core import valkey

_serializer = registry.get_serializer("msgpack")


@dataclass(frozen=True, kw_only=True)
class GroupFrame:
    """JSON text for one group's sockets: what a requester reads, what staff read; `only`: a refusal, for one actor.

    `said`, of a message: when it was accepted, its number in the requester's stream (0: in none) and in the staff's,
    and who wrote it.
    """

    group: str
    public: str | None = None
    staff: str | None = None
    only: str | None = None
    said: tuple[float, int, int, str] | None = None


def channel_of(group: str) -> str:
    """Where the layer publishes what is for this group."""
    return f"{settings.LAYER_PREFIX}__group__{group}"


def queue_frame(pipe: redis.client.Pipeline, frame: GroupFrame) -> None:
    """Queue one frame on a pipeline of the ephemeral instance."""
    message: dict[str, Any] = {
        "type": "frame",
        "public": frame.public,
        "staff": frame.staff,
        "only": frame.only,
    }
    if frame.said:
        message["said"] = frame.said
    pipe.publish(channel_of(frame.group), _serializer.serialize(message))


def send(frames: Iterable[GroupFrame]) -> None:
    """Publish frames in one round trip; raises RedisError (broadcasts are at most once, nothing depends on one)."""
    pipe = valkey.ephemeral().pipeline(transaction=False)
    for frame in frames:
        queue_frame(pipe, frame)
    pipe.execute()


def listened(groups: Iterable[str]) -> set[str]:
    """Those of these groups that a web process listens to, in one round trip; raises RedisError.

    What one page more would hear from a moment later, it asks for itself when it connects.
    """
    named = {channel_of(group).encode(): group for group in groups}
    counts: Any = valkey.ephemeral().pubsub_numsub(*named) if named else ()
    return {named[channel] for channel, listeners in counts if listeners}
