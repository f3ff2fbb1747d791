"""Broker: kombu's transport for Valkey, mended where a worker died of the death of its broker (kombu 5.7.0).

A connection that is lost is closed twice there. When the first closing fails half way, the second wants to put back
what was taken through a transport that has already forgotten where its server is; the AttributeError ends the worker.
Nothing needs to be put back by then: what a lost connection had taken returns after the visibility timeout.

Celery finds the class by the scheme of the broker's address (`core.celery`). Sentinel and others are kombu's own.
"""

from typing import Any

from kombu.transport import redis


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
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if not self._is_cut:
            super().reject(delivery_tag, requeue)


class Channel(redis.Channel):  # type: ignore[misc]
    QoS = QoS


class Transport(redis.Transport):  # type: ignore[misc]
    Channel = Channel
