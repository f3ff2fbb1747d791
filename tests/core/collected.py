"""What `collectstatic` wrote, as a browser asks for it: which file a page's address leads to, and what that loads."""

import re
from pathlib import Path
from typing import Final

from django.core.files.storage import storages

from core.static_files import ModuleStorage

STATIC: Final = re.compile(r'(?:\bfrom|\bimport)\s*"(\.[^"]+)"')
DYNAMIC: Final = re.compile(r'\bimport\("(\.[^"]+)"\)')
KILOBYTE: Final = 1024


def served(collected: Path, name: str) -> Path:
    """The file a page's {% static %} leads to."""
    storage = storages["staticfiles"]
    assert isinstance(storage, ModuleStorage)
    return (collected / str(storage.stored_name(name))).resolve()


def script(collected: Path, name: str) -> Path:
    """One of our modules."""
    return served(collected, f"support/js/{name}")


def graph(*entries: Path, dynamic: bool = False, without: frozenset[Path] = frozenset()) -> set[Path]:
    """These modules with everything that they import; `dynamic`: with what they load later, too."""
    found: set[Path] = set()
    waiting = list(entries)
    while waiting:
        module = waiting.pop().resolve()
        if module not in found | without:
            found.add(module)
            text = module.read_text()
            names = STATIC.findall(text) + (DYNAMIC.findall(text) if dynamic else [])
            waiting += [module.parent / name for name in names]
    return found


def weight(modules: set[Path], compression: str = "gz") -> int:
    """Bytes on the wire; a file too small to gain anything is sent as it is."""
    twins = [Path(f"{module}.{compression}") for module in modules]
    return sum((twin if twin.exists() else twin.with_suffix("")).stat().st_size for twin in twins)
