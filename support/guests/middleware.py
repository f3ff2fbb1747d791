"""Where a guest is anybody at all: the pages named here, and what is under /support/, which asks the policies.

Everywhere else (accounts, admin, profile, notifications, whatever is added tomorrow) somebody with a guest's session is
a visitor who has not signed in. So signing up or in works as if the guest did not exist, and a page that forgets about
guests shows them nothing.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

PAGES: Final = frozenset(
    {
        "home",
        "tickets",
        "ticket",
        "ticket-file",
        "ticket-reply",
        "ticket-status",
        "ticket-chat-end",
        "ticket-chat-rate",
        "ticket-chat-transcript",
        "pending",
        "mail-original",
        "guest",
        "guest-return",
        "guest-link",
        "guest-forget",
    }
)
# The API answers 403 or 404 to a guest by the same policies as to a requester; the desk turns both away.
UNDER: Final = "/support/"


class GuestsReach:
    """Takes a guest for a stranger wherever guests have no business."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(UNDER):
            return  # whoever brings no session is not asked who they are
        if (match is None or match.url_name not in PAGES) and getattr(request.user, "is_guest", False):
            request.user = AnonymousUser()
