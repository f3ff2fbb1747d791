"""`core.layer` speaks the wire format of the real channel layer: what a worker publishes is what a socket receives."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from core import layer, valkey
from core.layer import GroupFrame

FULL = GroupFrame(
    group="chat_1", public='{"type":"message"}', staff='{"type":"message","n":1}', only="user:7"
)
AS_RECEIVED = {
    "type": "frame",
    "public": '{"type":"message"}',
    "staff": '{"type":"message","n":1}',
    "only": "user:7",
}


def configured_layer() -> RedisPubSubChannelLayer:
    options: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    return RedisPubSubChannelLayer(**options)


def receive(groups: Sequence[str], publish: Callable[[], Any], count: int) -> list[dict[str, Any]]:
    """What one channel in `groups` of the configured layer hears of what a thread, as a worker, publishes."""

    async def listen() -> list[dict[str, Any]]:
        real = configured_layer()
        channel = await real.new_channel()
        for group in groups:
            await real.group_add(group, channel)
        await asyncio.to_thread(publish)
        heard = [await asyncio.wait_for(real.receive(channel), 5) for _ in range(count)]
        await real.flush()
        return heard

    return asyncio.run(listen())


def test_the_configured_layer_is_the_one_this_module_is_written_for() -> None:
    assert settings.CHANNEL_LAYERS["default"]["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"


def test_a_frame_arrives_as_group_send_would_have_sent_it() -> None:
    assert receive(["chat_1"], lambda: layer.send([FULL]), 1) == [AS_RECEIVED]


def test_what_is_not_for_a_reader_arrives_as_none() -> None:
    note = GroupFrame(group="chat_1", staff="{}")

    assert receive(["chat_1"], lambda: layer.send([note]), 1) == [
        {"type": "frame", "public": None, "staff": "{}", "only": None}
    ]


def test_frames_of_one_pipeline_arrive_in_order_and_in_their_groups_only() -> None:
    frames = [
        GroupFrame(group="chat_1", public="first"),
        GroupFrame(group="chat_3", public="somebody else's"),
        GroupFrame(group="chat_2", public="second"),
        GroupFrame(group="chat_1", public="third"),
    ]

    def publish() -> None:
        pipe = valkey.ephemeral().pipeline(transaction=False)
        for frame in frames:
            layer.queue_frame(pipe, frame)
        pipe.execute()

    heard = receive(["chat_1", "chat_2"], publish, 3)

    assert [message["public"] for message in heard] == ["first", "second", "third"]


@pytest.mark.parametrize(
    "text", ["👩🏽‍🎓 ü", "\u202eright to left", "a" * 65_536], ids=["emoji", "bidi", "64 KiB"]
)
def test_text_arrives_byte_for_byte(text: str) -> None:
    heard = receive(["chat_1"], lambda: layer.send([GroupFrame(group="chat_1", public=text)]), 1)

    assert heard[0]["public"] == text


def test_both_directions_put_the_same_bytes_on_the_wire() -> None:
    """The layer's own group_send and ours, as the server sees them."""
    sent: list[tuple[bytes, bytes]] = []
    pubsub = valkey.ephemeral().pubsub()
    pubsub.psubscribe("*")
    pubsub.get_message(timeout=5)
    layer.send([FULL])

    async def group_send() -> None:
        real = configured_layer()
        await real.group_send("chat_1", AS_RECEIVED)
        await real.flush()

    asyncio.run(group_send())
    for _ in range(2):
        message: Any = pubsub.get_message(timeout=5)
        sent.append((message["channel"], message["data"]))
    pubsub.close()

    assert sent[0] == sent[1]
