"""Room for deep calls: below a function that is `roomy` CPython does not run out of stack again and again.

CPython 3.11 keeps the frames of Python functions in pieces of 16 KB, and gives a piece back as soon as its last frame
returns. Where a loop that calls functions happens to lie at the end of a piece, each call asks the system for
memory anew: a ticket's page caused 3,600 page faults, and a third of its rendering was spent on them. A frame that is
larger than a piece has one of its own made for it, with as much again behind it.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Final, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
# Slots of 8 bytes: just above half of a piece of 256 KB, so the other half is for what is called. It is not touched.
SLOTS: Final = 17_000


def roomy(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, with a frame so large; for the outermost of a thread or a request."""
    plain = cast(FunctionType, function)
    plain.__code__ = plain.__code__.replace(co_stacksize=SLOTS)
    return function
