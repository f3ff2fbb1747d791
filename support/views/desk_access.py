"""Who may sit at the desk: active staff; and who may see what is for support admins.

Called as the outermost decorator of every desk view. An anonymous visitor is sent to sign in and brought back; a
requester is told, with status 403, where their tickets are.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from core.models import User
from core.problems import Refused
from support.policies import may

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that passed the door: its user is an agent."""

    user: User
    htmx: HtmxDetails


def staff_only(
    view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let agents in; everybody else learns where to go instead."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not may(request.user).help:
            return render(request, "support/desk/forbidden.html", status=403)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return guarded


def admins_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Support admins; an agent is told whom to ask."""

    def guarded(request: StaffRequest, /, **arguments: Any) -> HttpResponseBase:
        if not may(request.user).administer:
            raise Refused("forbidden")
        return view(request, **arguments)

    return staff_only(guarded)


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; script that fetched a part of the desk is told to go there as a whole."""
    here = request.get_full_path() if request.method == "GET" else resolve_url("desk")
    redirect = redirect_to_login(here)
    return HttpResponseClientRedirect(redirect.url) if getattr(request, "htmx", False) else redirect
