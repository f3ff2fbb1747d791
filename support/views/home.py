"""The front page: a greeting, the reader's tickets and a way to help.

Reads only. Agents are greeted with the desk's counts, requesters with their own tickets, everybody else, guests
included, with the door.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import User
from support import selectors

RECENT: Final = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`"""
    user = request.user
    if not isinstance(user, User) or user.is_guest:
        return render(request, "home_public.html")
    context = {"counts": selectors.view_counts(user)} if user.is_staff else _own(user)
    return render(request, "home.html", context)


def _own(user: User) -> dict[str, object]:
    return {
        "counts": selectors.status_counts(user),
        "tickets": selectors.requester_tickets(user, limit=RECENT).items,
    }
