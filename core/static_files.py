"""Static files as production serves them: small, compressed, and of one release.

The storage that `collectstatic` writes through outside DEBUG. Our own scripts and styles lose their comments and their
white space, and scripts that are loaded together are one file (`core/joined_scripts.py`); every file's name carries its
content's hash, the names inside ES modules' imports too, so that a page never mixes modules of two releases; then
WhiteNoise puts a gzip and a Brotli twin beside each. Sources stay as they are written and are what DEBUG serves.
Must not: touch other people's files beyond hashing and compressing them, or a file under its hash that an earlier
release has left: somebody may be reading it.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, splitext
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage
from zopfli import gzip as zopfli

from core.joined_scripts import JoinedScripts

try:
    import minify  # a parser, so that it knows a division from a regular expression
except ImportError:  # requirements.in: not on every development machine
    minify = None

OURS: Final = ("core/", "notifications/", "support/")
# Bytes that zopfli is given: half a megabyte takes it five seconds. Larger is only what pages of developers load.
PATIENCE: Final = 200_000
# What a page loads together, below support/js/. A group may rely on those before it: what two of them share stands
# before both, and what acts as soon as it is loaded stands last. None may load later what relies on it.
JOINED: Final = (
    # every page
    (
        "notifications.js",
        "useSupportStatus.js",
        "elements/relative-time.js",
        "elements/support-status.js",
        "chat/outbox-storage.js",
        "elements/draft.js",
        "later.js",
    ),
    ("page/notices.js",),  # every page of somebody who is signed in, too
    ("elements/message-log.js", "elements/message-composer.js", "useChatWebSocket.js"),  # a conversation
    (
        "elements/chat-panel.js",
        "elements/chat-queue.js",
    ),  # the floating chat, opened; its queue on a ticket's page
    (
        "desk/coalesce.js",
        "desk/merge.js",
        "page/faults.js",
        "page/under-way.js",
    ),  # lists, a requester’s and the desk’s
    ("elements/leave-message.js",),
    ("page/tickets.js",),
    ("page/main.js",),
    ("desk.js",),
)
# Of these a browser compiles all functions while it loads them, beside the page's thread, and not each when it is first
# called: a quarter of the script that somebody's first message takes (docs/performance.md).
COMPILED: Final = tuple(
    f"support/js/{name}" for name in ("notifications.js", "elements/message-log.js", "desk.js")
)
_COMPILE: Final = "//# allFunctionsCalledOnLoad\n"
# A name that carries its content's hash.
_HASHED: Final = re.compile(r"\.[0-9a-f]{12}(?=\.[^.]+$)")
# A style that others are part of; such a line stands alone.
_PART: Final = re.compile(r'^@import "(?P<path>[^"]+)";$', re.MULTILINE)
# Strings are kept as they are: a space in one may be a space that people see.
_CSS: Final = re.compile(
    r"""(?P<kept>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/|\s*(?P<mark>[{};])\s*|(?P<space>\s+)""",
    re.DOTALL,
)
# One URL by its quotes; each import has one of these forms.
_IMPORTS: Final = tuple(
    (rf'(?P<matched>\b{before}"(?P<url>\./[^"]+|\.\./[^"]+)"{after})', f'{name}"%(url)s"{end}')
    for before, after, name, end in (
        (r"from\s*", "", "from", ""),
        (r"import\s*", "", "import", ""),
        (r"import\(\s*", r"\s*\)", "import(", ")"),
    )
)


def smaller_css(text: str) -> str:
    """The same rules without comments and without the white space that separates nothing."""

    def kept(found: re.Match[str]) -> str:
        return found["kept"] or found["mark"] or (" " if found["space"] else "")

    # A comment between two spaces leaves two of them; the second pass sees one run.
    return _CSS.sub(kept, _CSS.sub(kept, text)).strip()


def smaller_js(text: str) -> str:
    """The same module without comments, with short names inside functions. As written where there is no minifier."""
    return str(minify.string("application/javascript", text)) if minify else text


def whole_css(name: str, texts: Mapping[str, str]) -> str:
    """The rules of this style with those that it imports in their place: one request, and none that waits for it."""
    return _PART.sub(lambda part: whole_css(join(dirname(name), part["path"]), texts), texts[name])


_SMALLER: Final[dict[str, Callable[[str], str]]] = {".css": smaller_css, ".js": smaller_js}


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names everywhere, ES modules included, and our own text made smaller."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("support/js/*.js", _IMPORTS))
    # A module's hash depends on its imports' hashes, so the deepest chain decides; the default of five is for CSS.
    max_post_process_passes = 20
    keep_intermediate_files = False
    _earlier: frozenset[str] = frozenset()

    def create_compressor(self, **options: Any) -> Compressor:
        return _Patient(**options)

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        made = _made({name: _text(*place) for name, place in paths.items() if _is_ours(name)})
        smaller = {name: (_Smaller(storage, made), path) for name, (storage, path) in paths.items()}
        self._earlier = frozenset(
            str(path) for path in Path(self.location).rglob("*") if _HASHED.search(path.name)
        )
        return super().post_process(smaller, *args, **options)  # type: ignore[no-any-return]

    def delete(self, name: str) -> None:
        """What is written anew is taken away first, but for what would be the same again."""
        if self.path(name) not in self._earlier:
            super().delete(name)

    def _save(self, name: str, content: "File[Any]") -> str:
        return name if self.path(name) in self._earlier else str(super()._save(name, content))


class _Patient(Compressor):  # type: ignore[misc]
    """Tries longer for the smallest gzip of what pages load, once for as long as the file is there."""

    def compress(self, path: str) -> list[str]:
        is_done = all(Path(f"{path}{twin}").exists() for twin in (".br", ".gz"))
        return [] if is_done or not _HASHED.search(path) else list(super().compress(path))

    def write_data(self, path: str, data: bytes, suffix: str, stat_result: os.stat_result) -> str:
        """Whole or not at all."""
        draft = str(super().write_data(path, data, f"{suffix}.new", stat_result))
        Path(draft).replace(f"{path}{suffix}")
        return f"{path}{suffix}"

    @staticmethod
    def compress_gzip(data: bytes) -> bytes:
        small = len(data) <= PATIENCE
        return zopfli.compress(data) if small else bytes(Compressor.compress_gzip(data))


def _is_ours(name: str) -> bool:
    return name.startswith(OURS) and splitext(name)[1] in _SMALLER


def _made(texts: Mapping[str, str]) -> dict[str, str]:
    """Our own files by name, each with what it is joined to."""
    scripts = {name: text for name, text in texts.items() if name.startswith("support/js/")}
    groups = tuple(tuple(f"support/js/{name}" for name in group) for group in JOINED)
    joined = JoinedScripts(scripts, groups)
    return {name: joined.text(name) if name in scripts else whole_css(name, texts) for name in texts}


def _text(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        return str(file.read().decode())


class _Smaller(Storage):
    """Where a file comes from; ours as they were `made`, and smaller."""

    def __init__(self, source: Storage, made: Mapping[str, str]) -> None:
        self._source = source
        self._made = made

    def open(self, name: str, mode: str = "rb") -> "File[Any]":
        if name not in self._made:
            return self._source.open(name, mode)
        smaller = _SMALLER[splitext(name)[1]](self._made[name])
        return ContentFile(f"{_COMPILE if name in COMPILED else ''}{smaller}".encode(), name)
