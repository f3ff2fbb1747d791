"""One release a process: a deploy lays the next release into the folder that this one was started from.

Called by what starts web and sockets, once. Python's modules have been read by then. A template is read when somebody
first asks for it, and a new one in an old process names static files that the old one does not know: its page would be
an error until the process is restarted. Must not read other people's: some belong to what is not installed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.template import Engine
from django.template.utils import get_app_template_dirs

OTHERS: Final = "site-packages"


def read_templates(engine: Engine | None = None) -> int:
    """Into the engine's own cache, which outlives the files; how many. Under DEBUG a page is what its file says."""
    if settings.DEBUG:
        return 0
    engine = engine or Engine.get_default()
    names = [path.relative_to(folder).as_posix() for folder in _ours(engine) for path in _files(folder)]
    for name in names:
        engine.get_template(name)
    return len(names)


def _ours(engine: Engine) -> Iterator[Path]:
    folders = (*engine.dirs, *(get_app_template_dirs("templates") if engine.app_dirs else ()))
    return (Path(str(folder)) for folder in folders if OTHERS not in Path(str(folder)).parts)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
