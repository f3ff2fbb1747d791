"""Health: is the process alive, and can it serve?

`live` asks nothing of anybody. `ready` is for operators, as `core.metrics` is: their token, or a listed address that
did not come through a proxy.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import errors, hops
from core.problems import Refused

Answer = Callable[[HttpRequest], HttpResponse]


def operators_only(view: Answer) -> Answer:
    """Bearer token, or a direct connection from a listed address."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if _by_token(request) or _by_address(request):
            return view(request)
        return errors.problem(
            Refused("forbidden", _("This is for operators: send the token, or ask from the host."))
        )

    return guarded


def _by_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = scheme.lower() == "bearer" and bool(settings.OPS_TOKEN)
    return given and constant_time_compare(token.strip(), settings.OPS_TOKEN)


def _by_address(request: HttpRequest) -> bool:
    """Behind a proxy everybody has the proxy's address, so a forwarded request needs the token."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not forwarded and request.META.get("REMOTE_ADDR") in settings.OPS_ADDRESSES


@require_safe
@never_cache
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
@operators_only
def ready(_request: HttpRequest) -> HttpResponse:
    """Every hop a request takes; 503 when one of them is not well."""
    found = hops.ask_all()
    well = all(hop.ok for hop in found)
    return JsonResponse({"ready": well, "hops": [asdict(hop) for hop in found]}, status=200 if well else 503)
