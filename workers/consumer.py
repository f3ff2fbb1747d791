"""Consumer: Celery's own, except that events leave in bundles, and lost lines nothing behind. Made by the worker.

Celery publishes the events of a task in the same turn of its loop, which costs the worker's main process about as much
as the task itself. Flower loses nothing by seeing a task a tenth of a second later. With every line it makes the
classes of its requests anew, a megabyte, whose forerunners would wait a dozen lines long for a full collection.
"""

import gc
from typing import Final

from celery.worker import consumer

BUNDLE_SECONDS: Final = 0.1


class Consumer(consumer.Consumer):  # type: ignore[misc]
    """Flushes what has gathered, once in BUNDLE_SECONDS at most; afresh with every connection."""

    _is_due = False

    def on_ready(self) -> None:
        """Everything is made for the new line, and nothing holds what was made for the last."""
        super().on_ready()
        gc.collect()

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
