"""X1 and X2, on a running system: secrets are found nowhere that operators look, and a queue takes nothing but JSON.

The canary is put wherever a person can put something: a subject, words, a note, a tag, a topic, a name, an address, a
password, a link of a mail, headers. It is then looked for in everything that is shown, sent or written besides.
"""

import base64
import itertools
import json
import os
import pickle
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis
from kombu import Connection

from core.connections import BROKER_OPTIONS, broker
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.system.people import Person, token_on
from tests.system.processes import System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
REFUSED = "return loads(self.body, self.content_type"  # where kombu refuses a message, which Celery logs with its trace
CANARY = f"canary{uuid4().hex[:12]}"
LOGIN = ("ops", "only-for-tests")
PAGES = ("/", "/workers", "/tasks", "/broker", "/api/tasks", "/api/workers", "/metrics")


@pytest.fixture(scope="module")
def amira(system: System) -> Iterator[Person]:
    with Person(system, "amira") as person:
        yield person


@pytest.fixture(scope="module")
def ben(system: System) -> Iterator[Person]:
    with Person(system, "ben") as person:
        yield person


@pytest.fixture(autouse=True)
def judged(system: System, request: pytest.FixtureRequest) -> Iterator[None]:
    """All-zero, whatever a test did, but for the records that its parameter forgives."""
    with all_zero(system, forgiven=getattr(request, "param", "")):
        yield


class TaskEvents:
    """Everything that workers tell about tasks, as anybody who may read the broker hears it."""

    def __init__(self, system: System) -> None:
        self.heard: list[str] = []
        self._over = threading.Event()
        self._listening = threading.Event()
        self._client = redis.Redis.from_url(system.fleet.urls.redis)
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> "TaskEvents":
        self._thread.start()
        assert self._listening.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._client.close()

    def _listen(self) -> None:
        with self._client.pubsub() as pubsub:
            pubsub.psubscribe("*celeryev*")
            while not self._over.is_set():
                message: Any = pubsub.get_message(timeout=0.2)
                if message and message["type"] == "psubscribe":
                    self._listening.set()
                elif message and message["type"] == "pmessage":
                    self.heard.append(opened(message["data"]))


def opened(data: bytes) -> str:
    """A message of the broker with its body decoded."""
    envelope = json.loads(data)
    body = envelope.get("body", "")
    coded = envelope.get("properties", {}).get("body_encoding") == "base64"
    return f"{envelope} {base64.b64decode(body).decode('utf-8', 'replace') if coded else body}"


def say_it_everywhere(amira: Person, ben: Person) -> str:
    """The canary in every place that takes words; the id of a ticket that holds it."""
    more = {"tags": [CANARY], "current_url": f"https://example.com/{CANARY}", "context_data": {"k": CANARY}}
    words = {"subject": f"About {CANARY}", "description": f"It says {CANARY}", **more}
    ticket = str(amira.post("tickets/create/", words, Prefer="wait=10").json()["id"])
    for person, extra in ((amira, {}), (ben, {"audience": "staff"}), (ben, {})):
        said = person.post(
            f"tickets/{ticket}/message/", {"message": f"{CANARY}, too", **extra}, Prefer="wait=10"
        )
        assert said.status_code == 201, said.text
    assert amira.post("chat/message/", {"message": CANARY}, Prefer="wait=10").status_code == 201
    assert amira.get("tickets/", search=CANARY).json()["tickets"]
    assert amira.post("tickets/create/", {"subject": CANARY}).status_code == 422
    amira.http.post(
        "/support/api/tickets/create/", content=f'{{"subject": "{CANARY}', headers={"X-CSRFToken": CANARY}
    )
    for address in (f"/support-tickets/guest/return/{CANARY}", f"/notifications/stop/{CANARY}"):
        amira.http.get(address)
    return ticket


def use_it_as_a_secret(system: System) -> None:
    """The canary as a password, right and wrong, as somebody's address and name, as a token."""
    with httpx.Client(base_url=system.url, timeout=20, headers={"Referer": system.url}) as visitor:

        def post(path: str, **form: str) -> int:
            token = token_on(visitor.get("/accounts/login/").text)
            return visitor.post(path, data={"csrfmiddlewaretoken": token, **form}).status_code

        assert post("/accounts/login/", login="amira", password=CANARY) == 200
        assert post("/accounts/login/", login=CANARY, password=CANARY) == 200
        assert post("/accounts/password/reset/", email=f"{CANARY}@example.com") == 302
        new = {
            "email": f"{CANARY}@example.org",
            "username": CANARY,
            "password1": f"{CANARY} and ninety other otters",
        }
        assert post("/accounts/signup/", **new, password2=new["password1"]) == 302
        guest = {"email": f"{CANARY}@example.net", "name": CANARY, "message": CANARY}
        assert post("/support-tickets/guest", **guest) == 302
        assert post("/support-tickets/guest/link", email=f"{CANARY}@example.net") == 302
        for path in ("/health/ready", "/metrics"):
            visitor.get(path, headers={"Authorization": f"Bearer {CANARY}", "X-Forwarded-For": "203.0.113.1"})


def shown_to_operators(system: System) -> dict[str, str]:
    """Every page of Flower with every task's own, and the metrics."""
    with httpx.Client(base_url=f"http://127.0.0.1:{system.flower_port}", auth=LOGIN, timeout=20) as flower:
        pages = {path: flower.get(path).text for path in PAGES}
        tasks = json.loads(pages["/api/tasks"])
        pages |= {f"/task/{task}": flower.get(f"/task/{task}").text for task in list(tasks)[:40]}
    return pages | {"metrics": httpx.get(f"{system.url}/metrics").text}


def test_x1_secrets_are_found_nowhere_that_operators_look(system: System, amira: Person, ben: Person) -> None:
    with TaskEvents(system) as events:
        ticket = say_it_everywhere(amira, ben)
        use_it_as_a_secret(system)
        until(lambda: CANARY in str(list(map(str, system.sink.messages))), what="a mail with it was sent")
        until(lambda: "email.deliver" in str(system.flower_tasks()), what="Flower knows of the mail")
        keys = list(redis.Redis.from_url(system.fleet.urls.redis).scan_iter(count=1000))
        pages = shown_to_operators(system)
    logs = {name: system.log(name) for name in system.logs}
    errors = {path: httpx.get(f"{system.url}{path}").text for path in (f"/{ticket}", "/nowhere", "/%00")}
    broken = amira.http.post(
        "/support-tickets/new", data={"subject": CANARY}
    ).text  # a page of ours without its token

    everywhere = {
        **pages,
        **logs,
        "events": " ".join(events.heard),
        "keys": str(keys),
        **errors,
        "csrf": broken,
    }
    found = [
        f"{place}: {line[:300]}"
        for place, text in everywhere.items()
        for line in text.splitlines()
        if CANARY in line
    ]
    assert found == []
    assert len(events.heard) > 20
    assert "task-succeeded" in everywhere["events"]
    refused = control_of_flower(system)
    assert refused == {"without login": {401}, "with login": {403}}
    measured(
        "X1",
        f"0 times in {len(everywhere)} places, {len(events.heard)} events; 401 without login, control 403",
    )


def control_of_flower(system: System) -> dict[str, set[int]]:
    """What it answers to whoever wants to change something; tests/core/test_up.py asks for every control there is."""
    base = f"http://127.0.0.1:{system.flower_port}"
    controls = (
        "/api/worker/shutdown/x",
        "/api/task/revoke/x",
        "/api/task/apply/x",
        "/api/worker/pool/grow/x",
    )
    return {
        "without login": {httpx.get(f"{base}{path}").status_code for path in PAGES},
        "with login": {httpx.post(f"{base}{path}", auth=LOGIN).status_code for path in controls},
    }


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


@pytest.mark.parametrize("judged", [REFUSED], indirect=True)
def test_x2_a_queue_takes_json_alone_and_its_worker_lives(system: System, amira: Person) -> None:
    trap = str(system.home / "trap")
    as_yaml = f"!!python/object/apply:os.mkdir ['{trap}']"
    payloads = {
        "application/x-python-serialize": pickle.dumps(([], {"shard": Explodes(trap)}, {})),
        "application/x-yaml": as_yaml.encode(),
        "application/json": b'{"not": "a task"',
    }
    queues, pids = ("persistence", "broadcast", "email"), {n: p.pid for n, p in system.processes.items()}
    pushed(system, queues, payloads)
    client = redis.Redis.from_url(system.fleet.urls.redis)
    until(lambda: not any(client.llen(queue) for queue in queues), what="all of it was taken")
    answer = amira.post("tickets/create/", {"subject": "Afterwards", "description": "?"}, Prefer="wait=10")
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
