"""The queues: every task's name leads to one, and the processes of the Procfile serve all of them."""

from pathlib import Path

import pytest

from core import queues
from core.queues import PROMISES, queue_of

PROCFILE = Path(__file__).resolve().parents[2] / "Procfile"


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("persistence.open_ticket", "persistence"),
        ("persistence.drain", "persistence"),
        ("persistence.sweep", "sweep"),
        ("broadcast.tickets", "broadcast"),
        ("email.deliver", "email"),
    ],
)
def test_a_tasks_name_says_its_queue(task: str, queue: str) -> None:
    assert queue_of(task) == queue


@pytest.mark.parametrize("task", ["", "drain", "celery.chord", "emails.deliver", ".persistence"])
def test_a_name_that_leads_nowhere_is_a_mistake(task: str) -> None:
    with pytest.raises(ValueError, match="names no queue; known are"):
        queue_of(task)


def test_every_queue_is_direct_and_declared_once() -> None:
    declared = {(queue.name, queue.exchange.name, queue.routing_key) for queue in queues.kombu_queues()}

    assert declared == {(promise.name, "", promise.name) for promise in PROMISES}
    assert len(declared) == len(PROMISES) == 12


def test_each_family_of_the_procfile_serves_exactly_its_queues() -> None:
    promised: dict[str, set[str]] = {}
    for promise in PROMISES:
        promised.setdefault(promise.family, set()).add(promise.name)
    served = {}
    for line in PROCFILE.read_text(encoding="utf-8").splitlines():
        name, _, command = line.partition(":")
        words = command.split()
        if "-Q" in words:
            served[name] = set(words[words.index("-Q") + 1].split(","))

    assert served == promised


def test_no_deadline_is_above_what_its_worker_may_take() -> None:
    """Ten minutes is the longest promise; a deadline is when somebody should look, not a time-out."""
    assert {promise.name: promise.deadline for promise in PROMISES if promise.deadline > 60} == {
        "digests": 600,
        "housekeeping": 600,
    }
