"""The files of a message as its bubble shows them, by page and by frame alike: a name, a kind, a size, and a link.

Pure, and in no language: frames are rendered once for all readers. Called by support.frames and support.thread. What
leads there asks again whether the reader may have the file.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.html import format_html

from support.files import file_path

_STEP: Final = 1024


def with_files(html: str, ticket_id: uuid.UUID | str, files: Iterable[Mapping[str, Any]]) -> str:
    """A message's clean HTML with its files below; plain text of type str, which a frame can carry."""
    links = [format_html(_LINK, *_parts(ticket_id, file)) for file in files]
    return "".join([html, '<p class="files">', *links, "</p>"]) if links else html


_LINK: Final = (
    '<a class="file" href="{}" download><span class="file-icon"><svg class="icon" aria-hidden="true">'
    '<use href="#i-{}"/></svg></span><span class="truncate"><bdi>{}</bdi><small>{}</small></span></a> '
)


def _parts(ticket_id: uuid.UUID | str, file: Mapping[str, Any]) -> tuple[str, str, str, str]:
    icon = "image" if file["content_type"].startswith("image/") else "file"
    return file_path(ticket_id, file["id"]), icon, file["name"], f"{_kind(file)}, {size_words(file['size'])}"


def _kind(file: Mapping[str, Any]) -> str:
    """PDF, PNG: what its name ends with, else what it claims to be."""
    ending = file["name"].rpartition(".")[2] if "." in file["name"] else ""
    return (ending if 0 < len(ending) <= 5 else file["content_type"].partition("/")[2][:12]).upper()


def size_words(size: int) -> str:
    """412 KB, 1.4 MB: the same in every language we have."""
    if size < _STEP:
        return f"{size} B"
    if size < _STEP * _STEP:
        return f"{round(size / _STEP)} KB"
    return f"{size / _STEP / _STEP:.1f} MB"
