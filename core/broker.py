"""Broker: kombu's transport for Valkey, mended where a worker did not outlive its broker (kombu 5.7.0).

*Dead*: a connection that is lost is closed twice there. When the first closing fails half way, the second wants to put
back what was taken through a transport that has already forgotten where its server is; the AttributeError ends the
worker. *Deaf*: a task whose acknowledgement found the broker away counts as running for ever. When the line was made
again silently, by a broker that came back within the client's own retries, the worker takes nothing more. *Larger*: the
loop asks every line that there ever was for news, at each of its turns; each time that the broker was away costs a
megabyte, and some work for good.

None needs to be: what was taken and not acknowledged returns after the visibility timeout.

Celery finds the class by the scheme of the broker's address (`core.celery`). Sentinel and others are kombu's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from kombu.transport import redis, virtual


class QoS(redis.QoS):  # type: ignore[misc]
    """What was taken and not acknowledged, on a connection that may be gone."""

    @property
    def _is_cut(self) -> bool:
        transport = self.channel.connection
        return transport is None or transport.client is None

    def restore_unacked(self, client: Any = None) -> None:
        if self._is_cut:
            self._delivered.clear()
        else:
            super().restore_unacked(client)

    def ack(self, delivery_tag: str) -> None:
        if not self._is_cut:
            with self._done_with(delivery_tag):
                super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not self._is_cut:
            with self._done_with(delivery_tag):
                super().reject(delivery_tag, requeue)

    @contextmanager
    def _done_with(self, delivery_tag: str) -> Iterator[None]:
        """Room for the next task, whether or not the broker heard of the end of this one."""
        try:
            yield
        except self.channel.connection_errors:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):  # type: ignore[misc]
    QoS = QoS


# By event loop, what its present line has it do at every turn.
_at_each_turn: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()


class Transport(redis.Transport):  # type: ignore[misc]
    Channel = Channel

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """A worker's loop outlives its lines: what it did at every turn for the last one ends with that."""
        loop.on_tick -= _at_each_turn.pop(loop, set())
        before = set(loop.on_tick)
        super().register_with_event_loop(connection, loop)
        _at_each_turn[loop] = loop.on_tick - before
