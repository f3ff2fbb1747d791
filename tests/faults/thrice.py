"""Runs a process so that what it hands over arrives three times: `python -m tests.faults.thrice celery …`.

Promises: each append to the command log is followed by the same commands twice more, in the same MULTI, and each task
is published three times under its id, whoever publishes it: the web, the drain, reactions, retries, beat. A repeat that
publishes in its turn does so once, or a task that rings for itself would become more for ever. What reads the log and
takes the tasks is the product's own. Started by the experiment, which sets PROCESS_ROLE.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Any

from celery import Celery, current_task
from celery.utils import uuid

from core import command_log

TIMES = 3
REPEAT = "is_repeat"
_publish, _queue, _read = Celery.send_task, command_log._queue_append, command_log._read_reply


def publish_thrice(app: Any, *arguments: Any, **options: Any) -> Any:
    options["task_id"] = options.get("task_id") or uuid()
    headers = options.pop("headers", None) or {}
    is_repeat = bool(current_task and current_task.request.get(REPEAT))
    times = [True] if is_repeat else [False, *[True] * (TIMES - 1)]
    return [_publish(app, *arguments, headers={**headers, REPEAT: each}, **options) for each in times][-1]


def queue_thrice(pipe: Any, shard: int, commands: Sequence[Any], reply_to: str) -> None:
    """Behind each other as wholes, so that a repeat comes after what followed the first."""
    _queue(pipe, shard, [*commands] * TIMES, reply_to)


def read_thrice(shard: int, added: int, reply: list[Any]) -> command_log.Appended:
    return _read(shard, added * TIMES, reply)


def main(words: list[str]) -> None:
    """As the console would run these words."""
    Celery.send_task = publish_thrice
    command_log._queue_append, command_log._read_reply = queue_thrice, read_thrice
    [program] = entry_points(group="console_scripts", name=words[0])
    sys.argv = words
    program.load()()


if __name__ == "__main__":
    main(sys.argv[1:])
