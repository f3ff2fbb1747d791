"""Consumer: Celery's own, except that the events of tasks leave in bundles. Made by the worker (`worker_consumer`).

Celery publishes the events of a task in the same turn of its loop, which costs the worker's main process about as much
as the task itself. Flower loses nothing by seeing a task a tenth of a second later.
"""

from typing import Final

from celery.worker import consumer

BUNDLE_SECONDS: Final = 0.1


class Consumer(consumer.Consumer):  # type: ignore[misc]
    """Flushes what has gathered, once in BUNDLE_SECONDS at most; afresh with every connection."""

    _is_due = False

    def on_send_event_buffered(self) -> None:
        if self.hub and not self._is_due:
            self._is_due = True
            self.hub.call_later(BUNDLE_SECONDS, self._flush_events)

    def _flush_events(self) -> None:
        self._is_due = False
        super()._flush_events()

    def on_close(self) -> None:
        self._is_due = False
        super().on_close()
