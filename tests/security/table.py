"""The table of permissions as a person reads it: one line per route and method, one column per kind of person."""

from pathlib import Path

from tests.security.cast import KINDS

ROUTES = Path(__file__).with_name("permissions.txt")
FRAMES = Path(__file__).with_name("frames.txt")
Cells = dict[str, str]


def read(path: Path) -> dict[tuple[str, str], Cells]:
    """By name and method. A line that does not have a cell for everybody, or stands twice, is an error."""
    found: dict[tuple[str, str], Cells] = {}
    for text in path.read_text(encoding="utf-8").splitlines():
        if not text or text.startswith("#"):
            continue
        name, method, *cells = text.split()
        assert (name, method) not in found, text
        found[name, method] = dict(zip(KINDS, cells, strict=True))
    return found


def lines(found: dict[tuple[str, str], Cells]) -> list[str]:
    """What `read` reads, for a comparison that shows what differs."""
    return [" ".join((*named, *cells.values())) for named, cells in found.items()]
