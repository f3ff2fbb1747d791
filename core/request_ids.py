"""Request ids: every request has one; its log lines carry it, its answer says it in `X-Request-ID`.

Middleware, the outermost. It is ours alone: what a client sends under that name is not looked at. A write's own id goes
further, through all processes (`core.trail`); the line that says that it was accepted carries both.
"""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import tracing
from core.logs import within_request


class RequestIds:
    """Names the request for as long as it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # for Django's own line about the answer
        with within_request(request_id), tracing.span(f"{request.method}", request_id=request_id) as note:
            response = self.get_response(request)
            note(status=response.status_code, route=getattr(request.resolver_match, "route", ""))
        response.headers["X-Request-ID"] = request_id
        return response
