"""Publishing to groups: one round trip for all frames, an error when nobody is there to take them."""

import pytest
import redis
from channels_redis.serializers import registry

from core import layer, valkey
from core.layer import GroupFrame
from tests import servers


def test_a_frame_without_listeners_is_gone() -> None:
    """At most once by nature: nothing is kept for who comes later."""
    layer.send([GroupFrame(group="chat_1", public="{}")])

    assert valkey.ephemeral().dbsize() == 0


def test_all_frames_travel_in_one_round_trip() -> None:
    answers = valkey.ephemeral().info("stats")
    before = answers["total_reads_processed"]
    layer.send(GroupFrame(group=f"chat_{number}", public="{}") for number in range(50))
    after = valkey.ephemeral().info("stats")["total_reads_processed"]

    assert after - before == 2  # the fifty, and this question


def test_no_frames_are_no_round_trip() -> None:
    servers.fleet().ephemeral.kill()
    try:
        layer.send([])
    finally:
        servers.fleet().ephemeral.start()


def test_without_a_server_the_caller_is_told() -> None:
    servers.fleet().ephemeral.kill()
    try:
        with pytest.raises(redis.RedisError):
            layer.send([GroupFrame(group="chat_1", public="{}")])
    finally:
        servers.fleet().ephemeral.start()


def test_the_channel_names_the_environment_and_the_group() -> None:
    pubsub = valkey.ephemeral().pubsub()
    pubsub.psubscribe("*")
    pubsub.get_message(timeout=5)
    layer.send([GroupFrame(group="staff", staff='{"type":"counts"}')])
    heard = pubsub.get_message(timeout=5)
    pubsub.close()

    assert heard is not None
    assert heard["channel"] == b"psychpath__group__staff"
    assert registry.get_serializer("msgpack").deserialize(heard["data"]) == {
        "type": "frame",
        "public": None,
        "staff": '{"type":"counts"}',
        "only": None,
    }
