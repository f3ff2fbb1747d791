"""Below a roomy function no depth of calls has the system asked for memory again and again."""

import resource
from collections.abc import Callable
from threading import Thread

from core.roomy import roomy

CALLS = 500
DEPTHS = range(300)


def leaf(a: int = 1, b: int = 2, c: int = 3, d: int = 4) -> tuple[int, ...]:
    return (a, b, c, d, a, b, c, d)


def descend(depth: int) -> None:
    if depth:
        descend(depth - 1)
    else:
        for _ in range(CALLS):
            leaf()


def worst(begin: Callable[[int], None]) -> int:
    """The most page faults that so many calls caused, of all depths, in a thread of its own."""
    found = []

    def look() -> None:
        for depth in DEPTHS:
            before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
            begin(depth)
            found.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return max(found)


def test_a_piece_of_stack_is_taken_once_and_not_for_each_call() -> None:
    @roomy
    def begin(depth: int) -> None:
        descend(depth)

    assert worst(begin) < CALLS / 4


def test_without_room_some_depth_asks_for_each_call() -> None:
    """Or this interpreter does not need the room any more: then `core.roomy` can go."""
    assert worst(descend) > CALLS / 2
