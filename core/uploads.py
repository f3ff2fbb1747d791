"""Uploads: how large a body may be, by where it goes. Webhooks of mail bring whole mails; everything else is small.

Django knows one limit for all, `DATA_UPLOAD_MAX_MEMORY_SIZE`, which is therefore that of the largest; `core.errors`
asks here before anything is read. A body whose length is not told is refused where it has to be small: every browser
tells it.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest

SMALL: Final = 1024 * 1024
# A mail as a provider hands it over: in JSON or a form, its files in base64, once or twice.
OVERHEAD: Final = 2
WEBHOOKS: Final = "/anymail/"


def is_too_large(request: HttpRequest) -> bool:
    """By what its headers say, before a byte of it is parsed."""
    limit = int(settings.MAIL_MOST_BYTES) * OVERHEAD if request.path.startswith(WEBHOOKS) else SMALL
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal():
        return int(length) > limit
    return limit == SMALL and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
