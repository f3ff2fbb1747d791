"""Where the sockets are, and who may open one at all.

`core.asgi` wraps `websocket_urlpatterns` in `origins_only`: a page of another site is refused with HTTP 403 before
anything is accepted, read or looked up. Everything after that is the consumers' affair.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.urls import path, re_path

from support.consumers import ChatConsumer, NotificationsConsumer

logger = logging.getLogger(__name__)


async def _refuse(_scope: Any, receive: Any, send: Any) -> None:
    """Closing before accepting is HTTP 403."""
    await receive()
    await send({"type": "websocket.close", "code": 1008})


class Origins(OriginValidator):  # type: ignore[misc]
    """Channels' matching of full origins, without its need of the channel layer to say no.

    Exactly one Origin header is wanted: missing, doubled, `null`, foreign and look-alike origins are all refused.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        given = [value for name, value in scope["headers"] if name == b"origin"]
        if len(given) == 1 and self._is_ours(given[0].decode("latin-1")):
            await self.application(scope, receive, send)
            return
        logger.warning(
            "sockets: an origin was refused", extra={"origins": [repr(value[:100]) for value in given]}
        )
        await _refuse(scope, receive, send)

    def _is_ours(self, origin: str) -> bool:
        try:
            return bool(self.valid_origin(urlsplit(origin.lower())))
        except ValueError:  # a port that is none, brackets that do not close
            return False


def allowed_origins() -> list[str]:
    """Full origins: the site's own, the trusted ones, in DEBUG also both names of this machine."""
    origins = [settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS]
    if settings.DEBUG:
        origins += [f"http://127.0.0.1:{settings.PORT}", f"http://localhost:{settings.PORT}"]
    # Django writes a wildcard "https://*.example.com", Channels "https://.example.com".
    return [origin.replace("://*.", "://.").rstrip("/") for origin in origins]


def origins_only(application: Any) -> Origins:
    """The application, for pages of our own origins."""
    return Origins(application, allowed_origins())


_nowhere: Any = _refuse  # Django's types only know views
websocket_urlpatterns = [
    path("ws/chat/<str:reference>/", ChatConsumer.as_asgi()),
    path("ws/notifications/", NotificationsConsumer.as_asgi()),
    re_path(r"", _nowhere),
]
