"""Whether everything answers: each question names whom it asks, and nobody is believed for being alive only.

Called from the supervisor's herald thread. A question answers yes or no and never raises.
"""

import base64
import http.client
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from celery import Celery

TIMEOUT = 2.0


@dataclass(frozen=True)
class Question:
    """`whom` it is about, and how to ask."""

    whom: str
    ask: Callable[[], bool]


def page(whom: str, port: int, path: str, login: str = "") -> Question:
    """An HTTP GET on loopback answers 200."""
    return Question(whom, lambda: _status(port, path, login) == http.client.OK)


def workers(app: Celery, families: Iterable[str]) -> list[Question]:
    """A worker of each family answers a ping through the broker, which proves that it hears."""
    return [Question(family, partial(_hears, app, family)) for family in families]


def beat(schedule: Path, since: float) -> Question:
    """Beat has written its schedule since this run began: it is past loading and ticking."""
    return Question("beat", lambda: any(file.stat().st_mtime >= since for file in _versions(schedule)))


def silent(questions: Iterable[Question]) -> list[str]:
    """Who does not answer yet."""
    return sorted({question.whom for question in questions if not question.ask()})


def _status(port: int, path: str, login: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} if login else {}
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _hears(app: Celery, family: str) -> bool:
    return family in _heard(app)


def _heard(app: Celery) -> set[str]:
    try:
        replies = app.control.ping(timeout=TIMEOUT / 2)
    except (OSError, app.connection_for_read().connection_errors):
        return set()
    return {name.partition("@")[0] for reply in replies for name in reply}


def _versions(schedule: Path) -> list[Path]:
    """dbm puts its own endings behind the name."""
    return list(schedule.parent.glob(f"{schedule.name}*"))
