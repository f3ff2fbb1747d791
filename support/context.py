"""What every page knows: the brand, the reader's unread count, whether support is there.

A context processor. Everything that costs a query is a callable, asked at most once and only by a template that
shows it, so error pages and fragments pay nothing. Must not: write, or fail a page because a count is unknown.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core import delays
from core.models import Theme, User
from support import promise_words, selectors
from support.selectors import OnlineStatus


def support_context(request: HttpRequest) -> dict[str, Any]:
    """Names for templates: brand, support_email, themes, unread_total, support_status, promises, delay."""
    return {
        "brand": settings.BRAND_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "themes": [(Theme.AUTO, _("Auto")), (Theme.LIGHT, _("Light")), (Theme.DARK, _("Dark"))],
        "has_account": cache(lambda: _has_account(request)),
        "guests_welcome": settings.GUESTS,
        "unread_total": _unread_total(request),
        "support_status": _online_status(),
        "delay": cache(delays.current),
        "delay_kinds": delays.KINDS,
        **_promises(),
    }


def _has_account(request: HttpRequest) -> bool:
    """Somebody who signed in; a guest, who did not, is shown no bell, profile or settings."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and not user.is_guest


def _unread_total(request: HttpRequest) -> Callable[[], int]:
    @cache
    def unread_total() -> int:
        return selectors.unread_total(request.user) if request.user.is_authenticated else 0

    return unread_total


def _online_status() -> Callable[[], OnlineStatus]:
    return cache(selectors.online_status)


def _promises() -> dict[str, Callable[[], Any]]:
    """What is promised by availability, in the reader's language and zone."""
    now = localtime()

    def sentences() -> dict[str, str]:
        return {key: promise_words.sentence(promise, now) for key, promise in selectors.promises(now).items()}

    return {"promises": cache(sentences)}
