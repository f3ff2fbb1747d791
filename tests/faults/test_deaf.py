"""Workers that live and hear nothing: each says so within thirty seconds, ends, is started again, and the queue drains.

Deaf for real: Celery itself is told to stop consuming, as a broken reconnect leaves it, and goes on living otherwise.
"""

import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from celery import Celery

from core import connections
from core.embedded.memory import Memory
from core.supervisor import Console
from core.supervisor.child import Child
from tests.faults.oracle import all_zero
from tests.faults.table import measured
from tests.system import machine
from tests.system.people import Person
from tests.system.processes import ROOT, System
from tests.system.waiting import until

pytestmark = pytest.mark.faults
NOTICED_SECONDS = 30


@pytest.fixture(autouse=True)
def judged(healed: System) -> Iterator[None]:
    """All-zero, whatever a test did."""
    with all_zero(healed):
        yield


@contextmanager
def supervised(system: System, name: str) -> Iterator[Child]:
    """The worker as `manage.py up` runs it, in place of the system's own."""
    system.kill(name)
    console = Console(io.StringIO())
    child = Child(
        system.commands[name], system.environment, ROOT, console, Memory(system.home / f"supervised-{name}")
    )
    child.start(time.monotonic())
    try:
        yield child
    finally:
        child.kill()
        system.run(name)


def said(child: Child) -> str:
    stream = child.console.stream
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def started_again(child: Child) -> bool:
    """Tended, as the supervisor does all the time."""
    child.tend(time.monotonic())
    return said(child).count(" ready.") == 2


def stop_consuming(system: System, name: str, queue: str) -> None:
    app = Celery(broker=connections.broker(system.fleet.urls.redis))
    to = [f"{name}@{socket.gethostname()}"]
    [answer] = app.control.cancel_consumer(queue, destination=to, reply=True, timeout=10, limit=1)
    assert answer == {to[0]: {"ok": f"no longer consuming from {queue}"}}


def test_k1_an_idle_worker_that_hears_nothing_ends_and_the_next_one_hears(healed: System) -> None:
    slowed = machine.slowness()
    own = f"ears.patient@{socket.gethostname()}"
    with supervised(healed, "patient") as child:
        until(lambda: " ready." in said(child), 60 * slowed, what="the patient worker is ready")
        assert child.process is not None
        first = child.process
        stop_consuming(healed, "patient", own)
        began = time.monotonic()
        until(lambda: f"does not hear {own}" in said(child), NOTICED_SECONDS * slowed, what=said(child))
        noticed = time.monotonic() - began
        until(lambda: first.poll() is not None, 20 * slowed, what="it ended")
        until(lambda: started_again(child), 60 * slowed, what="the next one is ready")

        client = redis.Redis.from_url(healed.fleet.urls.redis)
        until(lambda: not client.llen(own), 20 * slowed, what="the next one hears its pings")

    assert first.returncode == 1
    assert "ERROR   core.leaving" in said(child)
    measured("K1", f"an idle worker noticed after {noticed:.0f} s, heard again when started again", slowed)


@pytest.mark.parametrize(("name", "queue"), [("drain", "persistence"), ("quick", "broadcast")])
def test_k1_what_waits_is_worked_off_by_the_next_one(
    name: str, queue: str, healed: System, amira: Person
) -> None:
    slowed = machine.slowness()
    with supervised(healed, name) as child:
        until(lambda: " ready." in said(child), 60 * slowed, what=f"{name} is ready")
        stop_consuming(healed, name, queue)
        subject = f"Asked while {name} was deaf"
        ticket = {"subject": subject, "description": "Week 14.", "priority": "LOW", "ticket_type": "QUESTION"}
        assert amira.post("tickets/create/", ticket).status_code in {201, 202}
        until(
            lambda: f"does not hear {queue}" in said(child),
            NOTICED_SECONDS * slowed,
            what=said(child)[-3000:],
        )
        until(lambda: started_again(child), 60 * slowed, what="the next one is ready")
        stored = "SELECT count(*) FROM support_supportticket WHERE subject = %s"
        until(lambda: healed.rows(stored, subject) == [(1,)], 20 * slowed, what="the ticket is stored, once")
        client = redis.Redis.from_url(healed.fleet.urls.redis)
        until(lambda: not client.llen(queue), 20 * slowed, what="nothing waits")

    assert "(exit code 1)" in said(child)
