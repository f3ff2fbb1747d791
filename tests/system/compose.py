"""docker-compose.yml as an engine reads it: merged, with its variables filled in; no engine is needed.

Promises: `services({})` is what a fresh checkout starts. Called by the tests of deployments and by `composed`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z_]+)(?P<sign>:?-)?(?P<default>[^}]*)\})")


def document() -> dict[str, Any]:
    """The file with its anchors merged and nothing filled in."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return found


def services(given: Mapping[str, str]) -> dict[str, Any]:
    """Each service with the variables of whoever types `docker compose up`."""
    found: dict[str, Any] = _filled(document()["services"], given)
    return found


def _filled(part: Any, given: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, given) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, given) for value in part]
    return _text(part, given) if isinstance(part, str) else part


def _text(text: str, given: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found["name"] is None:
            return "$"
        name, default = found["name"], found["default"]
        return given.get(name) or default if found["sign"] == ":-" else given.get(name, default)

    return _VARIABLE.sub(value, text)
