"""Trail: one line for each step of a command, so that its id, searched for in all logs, tells its whole way.

Accepted by the web, taken by a drain, reacted to by workers, delivered to somebody. A line about a batch names all of
its commands. Written to the logger `trail` at INFO; under DEBUG it is silent, unless LOG_LEVEL is DEBUG. Called once
per append, batch, task and delivery, never per message of a batch. Names ids and kinds, never what people wrote.
"""

import logging
from collections.abc import Iterable

from core.logs import TRAIL, about

_logger = logging.getLogger(TRAIL)


def tell(command_ids: Iterable[object], words: str, *values: object) -> None:
    """This happened to these commands; nothing is said about none."""
    if _logger.isEnabledFor(logging.INFO) and (ids := tuple(dict.fromkeys(map(str, command_ids)))):
        with about(*ids):
            _logger.info(words, *values)
