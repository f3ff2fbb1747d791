"""Downloads: bytes that a stranger may have sent, handed out so that a browser stores them, never shows or runs them.

Called by views, after they have asked whether the reader may have the file.
"""

from pathlib import Path
from typing import Final

from django.http import FileResponse

# What it claims to be is passed on only where a name alone decides nothing; the rest is bytes.
_PLAIN: Final = frozenset({"text/plain", "text/csv", "text/calendar", "message/rfc822", "application/pdf"})


def as_download(place: Path, name: str, content_type: str) -> FileResponse:
    """The file under its name, as an attachment in a sandbox, for nobody's cache but the reader's."""
    known = content_type in _PLAIN or content_type.partition("/")[0] in {"image", "audio", "video"}
    response = FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=name,
        content_type=content_type
        if known and content_type != "image/svg+xml"
        else "application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
