"""What operators see: Flower with every task, the tasks' events, the metrics. Read by X1."""

import base64
import json
import threading
from typing import Any

import httpx
import redis

from tests.system.processes import System

LOGIN = ("ops", "only-for-tests")
PAGES = ("/", "/workers", "/tasks", "/broker", "/api/tasks", "/api/workers", "/metrics")


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


def shown_to_operators(system: System) -> dict[str, str]:
    """Every page of Flower with the tasks' own, those that failed first, and the metrics."""
    with httpx.Client(base_url=f"http://127.0.0.1:{system.flower_port}", auth=LOGIN, timeout=20) as flower:
        pages = {path: flower.get(path).text for path in PAGES}
        tasks = json.loads(pages["/api/tasks"])
        failed_first = sorted(tasks, key=lambda task: tasks[task]["state"] != "FAILURE")
        pages |= {f"/task/{task}": flower.get(f"/task/{task}").text for task in failed_first[:40]}
    return pages | {"metrics": httpx.get(f"{system.url}/metrics").text}


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
