"""A worker outlives its broker: what a lost connection had taken is neither put back nor acknowledged on it."""

import gc
import weakref
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from kombu import Connection, Consumer, Message, Queue
from kombu.asynchronous import Hub

from core.celery import app
from core.ids import new_id

AWAY = "/nonexistent/valkey.sock"


@pytest.fixture
def queue(server: redis.Redis) -> Iterator[str]:
    name = f"test-{new_id()}"
    yield name
    server.delete(name, "unacked", "unacked_index")


@pytest.fixture
def server() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with app.connection_for_read() as made:
        yield made


def taken(connection: Connection, queue: str) -> Message:
    """One message that was published, taken and not acknowledged."""
    got: list[Message] = []
    with connection.Producer() as producer:
        producer.publish({"number": 1}, exchange="", routing_key=queue)
    queues = [Queue(queue, exchange="", routing_key=queue)]
    Consumer(connection.default_channel, queues, on_message=got.append).consume()
    connection.drain_events(timeout=5)
    return got[0]


def lost(connection: Connection) -> None:
    """As Celery finds a connection whose first closing failed half way: the transport knows no server any more."""
    connection.default_channel.client.connection.disconnect()
    connection.transport.client = None


def test_a_lost_connection_is_closed_without_an_error_and_its_message_stays_taken(
    connection: Connection, server: redis.Redis, queue: str
) -> None:
    message = taken(connection, queue)
    lost(connection)

    connection.close()

    assert server.llen(queue) == 0
    assert server.zscore("unacked_index", message.delivery_tag) is not None


@pytest.mark.parametrize("answer", ["ack", "reject", "requeue"])
def test_a_task_that_ends_after_its_connection_is_left_as_it_is(
    answer: str, connection: Connection, server: redis.Redis, queue: str
) -> None:
    message = taken(connection, queue)
    lost(connection)

    getattr(message, answer)()

    assert server.hexists("unacked", message.delivery_tag)


@pytest.mark.parametrize("answer", ["ack", "reject", "requeue"])
def test_a_task_whose_end_the_broker_did_not_hear_makes_room_for_the_next(
    answer: str, connection: Connection, server: redis.Redis, queue: str
) -> None:
    channel = connection.default_channel
    channel.basic_qos(0, 1, False)
    message = taken(connection, queue)
    assert not channel.qos.can_consume()
    channel._pool = redis.ConnectionPool(connection_class=redis.UnixDomainSocketConnection, path=AWAY)

    with pytest.raises(redis.ConnectionError):
        getattr(message, answer)()

    assert channel.qos.can_consume()
    assert server.hexists("unacked", message.delivery_tag)


def test_a_connection_that_is_well_puts_back_what_it_had_taken(
    connection: Connection, server: redis.Redis, queue: str
) -> None:
    taken(connection, queue)

    connection.close()

    assert server.llen(queue) == 1
    assert not server.hlen("unacked")


def test_a_loop_keeps_nothing_of_the_lines_that_were_lost() -> None:
    hub = Hub()
    others = {lambda: None}
    hub.on_tick |= others
    lines = []
    for _ in range(3):
        with app.connection_for_read() as made:
            made.transport.register_with_event_loop(made.connection, hub)
            lines.append(weakref.ref(made.transport))
        hub.timer.clear()  # as a worker does when its line is lost

    assert len(hub.on_tick - others) == 1
    assert others <= hub.on_tick
    del made
    gc.collect()
    assert [line() is None for line in lines] == [True, True, False]
