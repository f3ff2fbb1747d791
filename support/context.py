"""What every page knows: the brand, the reader's unread count, whether support is there.

A context processor. Everything that costs a query is a callable, asked at most once and only by a template that
shows it, so error pages and fragments pay nothing. Must not: write, or fail a page because a count is unknown.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import get_default_timezone, localtime

from core.models import Theme
from support import selectors, times
from support.selectors import OnlineStatus


def support_context(request: HttpRequest) -> dict[str, Any]:
    """Names for templates: brand, support_email, themes, unread_total, support_status, back_by."""
    return {
        "brand": settings.BRAND_NAME,
        "support_email": settings.SUPPORT_EMAIL,
        "themes": [(Theme.AUTO, "Auto"), (Theme.LIGHT, "Light"), (Theme.DARK, "Dark")],
        "unread_total": _unread_total(request),
        "support_status": _online_status(),
        "back_by": _back_by,
    }


def _unread_total(request: HttpRequest) -> Callable[[], int]:
    @cache
    def unread_total() -> int:
        return selectors.unread_total(request.user) if request.user.is_authenticated else 0

    return unread_total


def _online_status() -> Callable[[], OnlineStatus]:
    return cache(selectors.online_status)


def _back_by() -> str:
    return times.reply_promise(localtime(timezone=get_default_timezone()))
