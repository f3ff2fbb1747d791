"""The folder of a backup: files, a manifest, and SHA256SUMS, which is written last and makes it a backup.

`sha256sum --check SHA256SUMS` asks the same as `Backup.check`. `Draft` writes, `Backup` reads; neither knows what is in
the files. Whatever goes wrong is a `Trouble`, and a draft that was not finished leaves nothing behind.
"""

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

import msgspec

SUMS: Final = "SHA256SUMS"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
CHUNK: Final = 1024 * 1024
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Trouble(Exception):
    """What went wrong, in a sentence."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; `made_at` is the moment that it is true for."""

    format: int
    made_at: str
    server: str
    migrations: dict[str, list[str]]
    shards: int
    entries: int
    files: int
    bytes: int


class Source(Protocol):
    """Anything that bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


@contextlib.contextmanager
def in_words(what: str) -> Iterator[None]:
    """A disk that refuses says so in a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise Trouble(f"There is no room for {what}.") from error
        raise Trouble(f"{what[:1].upper()}{what[1:]}: {error.strerror or error}.") from error


class Draft:
    """A backup that is being written; used as a context, it is removed unless it was finished."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sums: dict[str, str] = {}
        self._finished = False

    def __enter__(self) -> "Draft":
        with in_words(f"the backup in {self.folder}"):
            if self.folder.exists() and any(self.folder.iterdir()):
                raise Trouble(f"{self.folder} is not empty. A backup wants a folder of its own.")
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(self, *_problem: object) -> None:
        if not self._finished:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, name: str, source: Source) -> int:
        """Write a file of the backup, synced; how many bytes it has."""
        path, digest, size = self.folder / name, hashlib.sha256(), 0
        with in_words(f"the backup in {self.folder}"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(path, "xb", opener=_private) as file:
                while chunk := source.read(CHUNK):
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                file.flush()
                os.fsync(file.fileno())
        self._sums[name] = digest.hexdigest()
        return size

    def finish(self, manifest: Manifest) -> None:
        """From now on it is a backup."""
        with in_words(f"the backup in {self.folder}"):
            text = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
            self._write(MANIFEST, text)
            self._sums[MANIFEST] = hashlib.sha256(text).hexdigest()
            lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items()))
            self._write(SUMS, lines.encode())
        self._finished = True

    def _write(self, name: str, text: bytes) -> None:
        with open(self.folder / name, "xb", opener=_private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


class Backup:
    """A finished one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / SUMS).is_file():
            raise Trouble(
                f"{folder} is not a backup: there is no {SUMS}. One that was not finished has none."
            )
        self._sums = dict(self._lines())

    def check(self) -> Manifest:
        """Every file is there and as it was written; what the backup says of itself."""
        for name, digest in self._sums.items():
            if self._digest(name) != digest:
                raise Trouble(f"{self.folder / name} is not what was saved. Nothing was changed.")
        return self._manifest()

    def names(self, prefix: str) -> list[str]:
        """The files whose names begin so."""
        return [name for name in self._sums if name.startswith(prefix)]

    def _manifest(self) -> Manifest:
        try:
            manifest = msgspec.json.decode((self.folder / MANIFEST).read_bytes(), type=Manifest)
        except (OSError, msgspec.MsgspecError) as error:
            raise Trouble(f"{self.folder / MANIFEST} can't be read: {error}.") from error
        if manifest.format != FORMAT:
            raise Trouble(
                f"{self.folder} has format {manifest.format}, and this release reads {FORMAT} only."
            )
        return manifest

    def _lines(self) -> Iterator[tuple[str, str]]:
        for line in (self.folder / SUMS).read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            if not name or Path(name).is_absolute() or ".." in Path(name).parts:
                raise Trouble(f"{self.folder / SUMS} has a line that no backup of ours has: {line!r}.")
            yield name, digest

    def _digest(self, name: str) -> str:
        try:
            with (self.folder / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise Trouble(f"{self.folder / name} is missing. Nothing was changed.") from None


def _private(path: str, flags: int) -> int:
    """People's words are in it: for its owner only."""
    return os.open(path, flags, 0o600)
