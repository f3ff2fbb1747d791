"""What every page knows of its reader's notices: how many are new, and how they want to be told.

A context processor; the query is made once and only by a template that shows a bell. Must not: write, or say anything
to a stranger.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest

from core.models import User
from notifications.bell import Bell, bell_of


def notices_context(request: HttpRequest) -> dict[str, Any]:
    """`bell`, for the templates that show one."""
    return {"bell": _bell_of(request)}


def _bell_of(request: HttpRequest) -> Callable[[], Bell]:
    @cache
    def found() -> Bell:
        return bell_of(request.user) if isinstance(request.user, User) else Bell()

    return found
