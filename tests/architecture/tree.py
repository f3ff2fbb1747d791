"""The files of the project as the tests of this directory see them: sources parsed once, nothing generated."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("core", "support", "notifications", "workers")
NOT_OURS = {".git", ".venv", ".local", "__pycache__", "node_modules", "staticfiles", ".hypothesis"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A Python file with its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project, caches and environments left out."""
    return tuple(path for path in _walk(ROOT) if path.is_file())


@cache
def sources() -> tuple[Source, ...]:
    """The product's own modules; migrations are written by Django, tests have rules of their own."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(_parse(path) for path in paths if "migrations" not in path.parts)


@cache
def suites() -> tuple[Source, ...]:
    return tuple(_parse(path) for path in sorted((ROOT / "tests").rglob("*.py")))


def length(function: Function) -> int:
    """From `def` to the last line, decorators not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parse(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path, text, ast.parse(text))


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith("_cache") or path.is_symlink():
            continue
        found += _walk(path) if path.is_dir() else [path]
    return found
