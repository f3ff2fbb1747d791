"""Whether everything answers: each question says who does not, and nobody is believed for being alive only.

Called from the supervisor's herald thread. A question never raises: whoever cannot be reached does not answer.
"""

import base64
import http.client
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

from celery import Celery

TIMEOUT = 2.0
Question = Callable[[], Collection[str]]


def page(whom: str, port: int, path: str, login: str = "") -> Question:
    """An HTTP GET on loopback answers 200."""
    return lambda: [] if _status(port, path, login) == http.client.OK else [whom]


def workers(app: Celery, families: Collection[str]) -> Question:
    """A worker of each family answers a ping through the broker, which proves that it hears."""
    return lambda: set(families) - _heard(app, len(families))


def beat(schedule: Path, since: float) -> Question:
    """Beat has written its schedule since this run began: it is past loading and ticking."""
    return lambda: [] if any(file.stat().st_mtime >= since for file in _versions(schedule)) else ["beat"]


def after(first: Sequence[Question], last: Question) -> Question:
    """The last one is only asked when none of the first is silent: it would fill the log with refusals."""
    return lambda: silent(first) or last()


def silent(questions: Iterable[Question]) -> list[str]:
    """Who does not answer yet."""
    return sorted({whom for question in questions for whom in question()})


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


def _heard(app: Celery, expected: int) -> set[str]:
    """The families that answered; as soon as as many did as are expected, nobody else is waited for."""
    with app.connection_for_write() as connection:
        try:
            replies = app.control.ping(timeout=TIMEOUT, limit=expected, connection=connection)
        except (OSError, *connection.connection_errors):
            return set()
    return {name.partition("@")[0] for reply in replies for name in reply}


def _versions(schedule: Path) -> list[Path]:
    """dbm puts its own endings behind the name."""
    return list(schedule.parent.glob(f"{schedule.name}*"))
