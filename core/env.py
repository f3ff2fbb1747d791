"""The environment, read once by the settings: a missing or bad value stops the process and names itself.

Called by `core.settings` and by what runs before settings exist; the rest of the code reads settings. A bad value
prints one sentence on stderr and ends the process with exit code 2, whichever program (manage.py, uvicorn, celery,
daphne) is loading. Every reader takes the variable's name and a default; `default=None` means it must be set.
A reader never guesses: a value that cannot be understood is not replaced by the default.
"""

import os
import sys
from datetime import date, time
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadEnvironment(SystemExit):
    """Ends the process as `sys.exit(2)` does: no program that loads us turns it into a traceback."""

    def __init__(self, sentence: str) -> None:
        super().__init__(2)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def refuse(name: str, trouble: str, good: str) -> NoReturn:
    """Say which variable is wrong and what a good value looks like, then stop."""
    sentence = f"{name} {trouble}. {good}"
    sys.stderr.write(f"{sentence}\n")
    raise BadEnvironment(sentence)


def text(name: str, *, default: str | None) -> str:
    """A string; an empty value counts as unset."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        refuse(name, "is not set", "Set it in the environment; .env.example says what it is for.")
    return value


def secret(name: str, *, default: str | None) -> str:
    """A string that may also be the content of the file named by NAME_FILE, as container platforms hand it over."""
    path = text(f"{name}_FILE", default="")
    return _read(name, path) if path else text(name, default=default)


def integer(name: str, *, default: int, least: int = 0, most: int = 2**63 - 1) -> int:
    """A whole number within bounds."""
    value = text(name, default=str(default))
    good = f"It must be a whole number such as {default}."
    if not (value.isascii() and value.isdecimal()):
        refuse(name, f"is {value!r}", good)
    if not least <= int(value) <= most:
        refuse(name, f"is {value}", f"It must be a number from {least} to {most}, such as {default}.")
    return int(value)


def port(name: str, *, default: int) -> int:
    """A TCP port."""
    return integer(name, default=default, least=1, most=65_535)


def boolean(name: str, *, default: bool) -> bool:
    """1, true, yes, on; or 0, false, no, off."""
    value = text(name, default=str(default)).lower()
    if value not in TRUE | FALSE:
        refuse(name, f"is {value!r}", "It must be 1 or 0.")
    return value in TRUE


def clock(name: str, *, default: str) -> time:
    """A time of day."""
    value = text(name, default=default)
    try:
        return time.fromisoformat(value)
    except ValueError:
        refuse(name, f"is {value!r}", f"It must be a time of day such as {default}.")


def weekdays(name: str, *, default: str) -> list[int]:
    """Days of the week by their first three letters, Monday 0."""
    names = [part.strip().lower() for part in text(name, default=default).split(",")]
    if set(names) - set(WEEKDAYS):
        refuse(name, f"is {','.join(names)!r}", f"It must be days such as {default}.")
    return sorted({WEEKDAYS.index(day) for day in names})


def dates(name: str) -> list[date]:
    """A comma-separated list of days of the calendar."""
    values = items(name, default=[])
    try:
        return [date.fromisoformat(value) for value in values]
    except ValueError:
        refuse(name, f"is {','.join(values)!r}", "It must be dates such as 2026-12-25,2027-01-01.")


def items(name: str, *, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = text(name, default="")
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def url(name: str, *, default: str | None, schemes: tuple[str, ...]) -> str:
    """A URL with one of the schemes, or the default. A bad one is not repeated: it may hold a password."""
    value = secret(name, default=default)
    if value and not _is_url(value, schemes):
        choices = " or ".join(f"{scheme}://" for scheme in schemes)
        refuse(name, "is not a URL of the right kind", f"It must start with {choices} and name a place.")
    return value


def group(prefix: str) -> dict[str, str]:
    """Every variable that starts with `prefix`, without it: ANYMAIL_BACKEND, ANYMAIL_POSTMARK_SERVER_TOKEN, …"""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith(prefix)}
    return {name.removeprefix(prefix): secret(name, default="") for name in sorted(names)}


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        number = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/")) and number != 0


def _read(name: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        refuse(
            f"{name}_FILE",
            f"names {path}, which can't be read",
            f"It must name a text file that holds {name}.",
        )
    if not value:
        refuse(
            f"{name}_FILE", f"names {path}, which is empty", f"It must name a text file that holds {name}."
        )
    return value
