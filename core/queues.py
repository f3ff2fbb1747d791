"""The Celery queues, each with its promise. Separate queues instead of priorities: none can starve another.

A task's name is `<queue>.<verb_object>`; `queue_of` reads its queue from there. `sweep` is apart from
`persistence`, so that a drain that is stuck cannot also block what wakes its neighbours.
"""

from dataclasses import dataclass

from kombu import Queue


@dataclass(frozen=True, kw_only=True)
class QueuePromise:
    """`family` of workers that serve it; `deadline` seconds in which its tasks are normally done."""

    name: str
    family: str
    deadline: int


PROMISES: tuple[QueuePromise, ...] = (
    QueuePromise(name="persistence", family="drain", deadline=1),
    QueuePromise(name="broadcast", family="quick", deadline=2),
    QueuePromise(name="unread", family="quick", deadline=2),
    QueuePromise(name="notify", family="quick", deadline=5),
    QueuePromise(name="push", family="quick", deadline=5),
    QueuePromise(name="presence", family="quick", deadline=5),
    QueuePromise(name="chats", family="quick", deadline=5),
    QueuePromise(name="sweep", family="quick", deadline=2),
    QueuePromise(name="email", family="patient", deadline=60),
    QueuePromise(name="inbound", family="patient", deadline=60),
    QueuePromise(name="digests", family="patient", deadline=600),
    QueuePromise(name="housekeeping", family="patient", deadline=600),
)

NAMES = frozenset(promise.name for promise in PROMISES)

# Routed by hand: the name says what it is about, the queue who runs it.
EXCEPTIONS = {"persistence.sweep": "sweep"}


def queue_of(task_name: str) -> str:
    """The queue a task is published to; an unknown prefix is a programming error."""
    queue = EXCEPTIONS.get(task_name) or task_name.partition(".")[0]
    if queue not in NAMES:
        raise ValueError(f"task {task_name!r} names no queue; known are {sorted(NAMES)}")
    return queue


def kombu_queues() -> list[Queue]:
    """Direct queues on the anonymous exchange: publishing is one LPUSH without a binding look-up."""
    return [Queue(promise.name, exchange="", routing_key=promise.name) for promise in PROMISES]
