"""Kept files: bytes stored once under the hash of what they are, on a disk that web and workers share.

Called by whoever receives a file (the web's webhooks, the poll of a mailbox) before the command that names it, and by
whoever shows one. A name is the content, so storing the same twice is storing it once, and a file never changes. What
`put` returned lies on the disk, synced: the command log may promise it. Must not know who may see a file.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def put(data: bytes) -> str:
    """Store these bytes; the name they have from now on."""
    digest = hashlib.sha256(data).hexdigest()
    place = _place(digest)
    if place.exists():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(place)
    _sync(place.parent)
    return digest


def read(digest: str) -> bytes:
    """The bytes of this name; raises FileNotFoundError."""
    return _place(digest).read_bytes()


def path(digest: str) -> Path:
    """Where they lie, for a response that streams them; raises FileNotFoundError."""
    place = _place(digest)
    if not place.is_file():
        raise FileNotFoundError(digest)
    return place


def forget(digest: str) -> bool:
    """Remove them; False when they were gone."""
    if there := (place := _place(digest)).is_file():
        place.unlink(missing_ok=True)
    return there


def _place(digest: str) -> Path:
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise FileNotFoundError(digest)
    return Path(settings.KEPT_DIR) / digest[:2] / digest


def _sync(folder: Path) -> None:
    """A new name is safe only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
