"""Files that came with a mail: attachments, inline pictures, mails within the mail, invitations.

Their names are made safe to offer for a download, their types are only labels: nothing is ever opened here.
"""

import mimetypes
import re
from email.message import EmailMessage
from typing import Final

from notifications.mail.bodies import is_file, own_parts
from notifications.mail.headers import one_line
from notifications.mail.records import File

MOST_FILES: Final = 50
MOST_NAME: Final = 150
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
_UNSAFE: Final = re.compile(r'[/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


def files_of(message: EmailMessage) -> tuple[File, ...]:
    """In the order of the mail, at most fifty."""
    found: list[File] = []
    for part in own_parts(message):
        if len(found) < MOST_FILES and _is_kept(part):
            found.append(_file(part, len(found) + 1))
    return tuple(found)


def _is_kept(part: EmailMessage) -> bool:
    """Everything but the words themselves; an invitation is kept however it is marked."""
    if part.get_content_maintype() == "multipart":
        return False
    return is_file(part) or part.get_content_type() not in {"text/plain", "text/html"}


def _file(part: EmailMessage, number: int) -> File:
    content_type = part.get_content_type().lower()
    content_type = content_type if _TYPE.fullmatch(content_type) else "application/octet-stream"
    content_id = one_line(str(part.get("Content-ID", ""))).strip("<> ")[:200]
    return File(
        name=safe_name(_named(part), number, content_type),
        content_type=content_type,
        data=_data(part),
        content_id=content_id,
        is_inline=bool(content_id) and part.get_content_disposition() != "attachment",
    )


def _named(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (LookupError, TypeError, UnicodeError, ValueError, AttributeError):  # a hostile parameter
        return ""


def safe_name(name: str, number: int = 1, content_type: str = "") -> str:
    """A file name without path, control or direction characters; shortened before its extension, never empty."""
    cleaned = _UNSAFE.sub("_", one_line(name)).strip(" .")
    if not cleaned:
        extension = ".eml" if content_type == "message/rfc822" else mimetypes.guess_extension(content_type)
        return f"file-{number}{extension or ''}"
    stem, dot, extension = cleaned.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: MOST_NAME - len(extension)]}.{extension}"
    return cleaned[:MOST_NAME]


def _data(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        children = part.get_payload()
        inner = children[0] if isinstance(children, list) and children else None
        return (
            inner.as_bytes() if isinstance(inner, EmailMessage) else str(children).encode("utf-8", "replace")
        )
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
