"""The beat of experiment S1: every job of the table, at a tenth of its period and once a second at least.

`celery -A tests.faults.hurried beat`, started by the experiment. What it rings for, it writes into the file that RUNG
names, a line for each. Nothing else is unlike the product's own beat.
"""

import os
from pathlib import Path
from typing import Any, Final

from celery.signals import before_task_publish

from workers.celery import app
from workers.schedule import BEAT

RUNG: Final = "RUNG"
HASTE, AT_MOST = 10, 1.0


def _hurried(entry: dict[str, Any]) -> dict[str, Any]:
    period = min(entry["schedule"] / HASTE, AT_MOST)
    return entry | {"schedule": period, "options": entry["options"] | {"expires": 10 * period}}


# How many seconds of the table as it is one ring stands for.
TIMES: Final = {entry["task"]: min(entry["schedule"], HASTE * AT_MOST) for entry in BEAT.values()}


def keep_count(sender: str, **_: Any) -> None:
    """Written as it is rung for."""
    if path := os.environ.get(RUNG):
        with Path(path).open("a", encoding="utf-8") as rung:
            rung.write(f"{sender}\n")


before_task_publish.connect(keep_count)
app.conf.beat_schedule = {name: _hurried(entry) for name, entry in BEAT.items()}
