"""Files of messages: what came with what somebody wrote, by the name under which its bytes are kept.

Contracts and rows carry the facts alone; the bytes lie in `core.kept`. Called by intake's callers, the services, the
faces. Must not open a file.
"""

import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from core.ids import derive


class KeptFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: `digest` names its bytes in `core.kept`; `name` is safe to offer, `content_type` only a label."""

    digest: str
    name: str
    content_type: str
    size: int
    is_inline: bool = False


def as_rows(owner: uuid.UUID, files: Iterable[KeptFile]) -> list[dict[str, Any]]:
    """How the files of a message or ticket are stored with it; each has an id that follows from its owner's."""
    return [
        {"id": str(derive(owner, "file", str(number))), **msgspec.structs.asdict(file)}
        for number, file in enumerate(files)
    ]


def file_json(ticket_id: uuid.UUID | str, row: dict[str, Any]) -> dict[str, Any]:
    """A file as its readers see it; where its bytes lie is nobody's business."""
    return {
        "id": row["id"],
        "name": row["name"],
        "content_type": row["content_type"],
        "size": row["size"],
        "url": file_path(ticket_id, row["id"]),
    }


def file_path(ticket_id: uuid.UUID | str, file_id: uuid.UUID | str) -> str:
    """Where it is downloaded, by whoever may see the ticket."""
    return f"/support-tickets/{ticket_id}/files/{file_id}"
