"""X1 and X2, on a running system: secrets are found nowhere that operators look, and a queue takes nothing but JSON.

The canary is put wherever a person can put something: a subject, words, a note, a tag, a topic, a name, an address, a
password, a link of a mail, headers. It is then looked for in everything that is shown, sent or written besides, and so
are the secrets that the run made: cookies, tokens of pages, links and addresses of mails. Beside the system stands a
web process as an installation runs it, whose log is JSON and whose every question to its empty database is a mistake.
"""

import itertools
import os
import pickle
import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
from kombu import Connection

from core.connections import BROKER_OPTIONS, broker
from tests.browser import production
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.security.canary import CANARY, error_pages, let_it_fail, say_it_everywhere, use_it_as_a_secret
from tests.security.opened_links import all_mailed, cookies_of, links_in, reply_tokens, used
from tests.security.operators import TaskEvents, control_of_flower, shown_to_operators
from tests.system.fixtures import running_system
from tests.system.people import Person
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
REFUSED = "return loads(self.body, self.content_type"  # where kombu refuses a message, which Celery logs with its trace


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """One of its own: tasks fail in it, and commands are held."""
    with running_system() as running:
        yield running


@pytest.fixture(scope="module")
def amira(system: System) -> Iterator[Person]:
    with Person(system, "amira") as person:
        yield person


@pytest.fixture(scope="module")
def ben(system: System) -> Iterator[Person]:
    with Person(system, "ben") as person:
        yield person


def test_x1_secrets_are_found_nowhere_that_operators_look(system: System, amira: Person, ben: Person) -> None:
    installed = production.start(system)
    with TaskEvents(system) as events:
        ticket = say_it_everywhere(amira, ben)
        secrets = {CANARY, amira.token, ben.token, *cookies_of(amira.http, ben.http)}
        secrets |= use_it_as_a_secret(system)
        mails = until(lambda: all_mailed(system), what="every kind of link was mailed")
        links = links_in(mails)
        secrets |= {*links.values(), *reply_tokens(mails)}
        let_it_fail(system, amira, ben, ticket)
        for url in (system.url, installed):
            used(url, links)
        keys = list(redis.Redis.from_url(system.fleet.urls.redis).scan_iter(count=1000))
        pages = shown_to_operators(system)
    errors = error_pages(system, installed, ticket)
    logs = {name: system.log(name) for name in system.logs}

    everywhere = {**pages, **logs, "events": " ".join(events.heard), "keys": str(keys), **errors}
    found = [
        f"{place}: {line[:300]}"
        for place, text in everywhere.items()
        for line in text.splitlines()
        if any(secret in line for secret in secrets)
    ]
    assert found == []
    for log, place in itertools.product(("web", production.NAME), ("<key>", "<token>")):
        assert place in logs[log], f"{log} has no line about an address with a {place}"
    assert '"levelname": "ERROR"' in logs[production.NAME]  # the mistake, as an installation writes it down
    assert len(events.heard) > 20
    assert all(kind in everywhere["events"] for kind in ("task-succeeded", "task-failed"))
    refused = control_of_flower(system)
    assert refused == {"without login": {401}, "with login": {403}}
    measured(
        "X1",
        f"0 times in {len(everywhere)} places, {len(events.heard)} events; 401 without login, control 403",
    )


class Explodes:
    """Unpickled, it would leave a file behind."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (self.path,)


def pushed(system: System, queues: Iterable[str], payloads: dict[str, bytes]) -> None:
    """Each of them into each queue, as a task of ours."""
    headers = {"task": "persistence.drain", "lang": "py", "argsrepr": "", "retries": 0}
    with Connection(broker(system.fleet.urls.redis), transport_options=BROKER_OPTIONS) as line:
        for queue, (content_type, body) in itertools.product(queues, payloads.items()):
            line.SimpleQueue(queue).put(
                body,
                serializer=None,
                content_type=content_type,
                content_encoding="binary" if "python" in content_type else "utf-8",
                headers={**headers, "id": str(uuid4())},
            )


def test_x2_a_queue_takes_json_alone_and_its_worker_lives(system: System, amira: Person) -> None:
    trap = str(system.home / "trap")
    as_yaml = f"!!python/object/apply:os.mkdir ['{trap}']"
    payloads = {
        "application/x-python-serialize": pickle.dumps(([], {"shard": Explodes(trap)}, {})),
        "application/x-yaml": as_yaml.encode(),
        "application/json": b'{"not": "a task"',
    }
    queues, pids = ("persistence", "broadcast", "email"), {n: p.pid for n, p in system.processes.items()}
    with all_zero(system, forgiven=REFUSED):
        pushed(system, queues, payloads)
        client = redis.Redis.from_url(system.fleet.urls.redis)
        until(lambda: not any(client.llen(queue) for queue in queues), what="all of it was taken")
        answer = amira.post(
            "tickets/create/", {"subject": "Afterwards", "description": "?"}, Prefer="wait=10"
        )
    refusals = sum(
        len(re.findall(r"Refusing to deserialize|Can't decode message body", system.log(name)))
        for name in ("drain", "quick", "patient")
    )

    assert answer.status_code == 201
    assert not os.path.exists(trap)  # noqa: PTH110
    assert {name: process.pid for name, process in system.processes.items()} == pids
    assert [name for name in pids if system.has_died(name)] == []
    assert refusals >= len(queues) * len(payloads)
    measured(
        "X2",
        f"{len(queues) * len(payloads)} of {len(queues) * len(payloads)} refused; every worker the same process",
    )
