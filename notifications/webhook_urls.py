"""Addresses of the webhooks of mail, one pair for each provider that anymail knows; included under /anymail/.

They exist only where a secret is set (ANYMAIL_WEBHOOK_SECRET, "user:password" in the address that the provider is
given): most providers sign nothing, and an open one would let anybody write in anybody's name.
"""

from typing import Any

from anymail import signals
from anymail import urls as anymail_urls
from django.conf import settings
from django.urls import URLPattern

from notifications.webhook_views import keeping, where_set_up

app_name = "anymail"


def _address(pattern: URLPattern) -> URLPattern:
    """Of mail that came in: with a view that loses none. Of a provider that is not set up: as if there were none."""
    view: Any = pattern.callback
    if view.view_class.signal is signals.inbound:
        view = keeping(view.view_class).as_view(**view.view_initkwargs)
    return URLPattern(pattern.pattern, where_set_up(view), pattern.default_args, pattern.name)


urlpatterns = (
    [_address(each) for each in anymail_urls.urlpatterns] if settings.ANYMAIL.get("WEBHOOK_SECRET") else []
)
