"""The environment's readers: good values, and the one sentence with which a bad one stops the process."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest

from core import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("THING")]:
        monkeypatch.delenv(name)


def test_a_text_is_stripped_and_an_empty_one_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "  blue ")
    assert env.text("THING", default="red") == "blue"
    monkeypatch.setenv("THING", "   ")
    assert env.text("THING", default="red") == "red"


def test_a_text_without_default_must_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(env.BadEnvironment) as refused:
        env.text("THING", default=None)
    assert refused.value.code == 2
    sentence = "THING is not set. Set it in the environment; .env.example says what it is for."
    assert str(refused.value) == sentence
    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("8000", 8000), (" 7 ", 7), ("", 5)])
def test_an_integer_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: int) -> None:
    monkeypatch.setenv("THING", value)
    assert env.integer("THING", default=5) == expected


@pytest.mark.parametrize("value", ["eight", "-1", "1.5", "1e3", "٣", "0x10", "1 2"])
def test_what_is_not_a_whole_number_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(env.BadEnvironment) as refused:
        env.integer("THING", default=5)
    assert str(refused.value) == f"THING is {value!r}. It must be a whole number such as 5."


@pytest.mark.parametrize("value", ["0", "65536", "99999999999999999999"])
def test_a_port_outside_its_range_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(env.BadEnvironment) as refused:
        env.port("THING", default=8000)
    assert str(refused.value) == f"THING is {value}. It must be a number from 1 to 65535, such as 8000."


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("true", True), ("YES", True), ("on", True), ("0", False), ("False", False), ("", True)],
)
def test_a_boolean_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("THING", value)
    assert env.boolean("THING", default=True) is expected


def test_what_is_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "maybe")
    with pytest.raises(env.BadEnvironment) as refused:
        env.boolean("THING", default=False)
    assert str(refused.value) == "THING is 'maybe'. It must be 1 or 0."


def test_items_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.items("THING", default=["a"]) == ["a"]
    monkeypatch.setenv("THING", " b ,, c,")
    assert env.items("THING", default=["a"]) == ["b", "c"]


@pytest.mark.parametrize("value", ["redis://host:6379/0", "redis://:secret@host", "unix:///run/it.sock?db=0"])
def test_a_url_of_the_right_kind_is_read(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    assert env.url("THING", default="", schemes=("redis", "unix")) == value


@pytest.mark.parametrize(
    "value",
    ["host:6379", "http://host", "redis://", "redis://:secret@host:port", "redis://:secret@host:99999"],
)
def test_a_bad_url_is_refused_without_repeating_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(env.BadEnvironment) as refused:
        env.url("THING", default="", schemes=("redis", "unix"))
    assert str(refused.value) == (
        "THING is not a URL of the right kind. It must start with redis:// or unix:// and name a place."
    )


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("THING", "from the environment")
    assert env.secret("THING", default=None) == "from the environment"
    monkeypatch.setenv("THING_FILE", str(file))
    assert env.secret("THING", default=None) == "from the file"


def test_a_secret_file_that_is_missing_or_empty_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    monkeypatch.setenv("THING_FILE", str(file))
    with pytest.raises(env.BadEnvironment) as missing:
        env.secret("THING", default="a default does not help")
    assert (
        str(missing.value)
        == f"THING_FILE names {file}, which can't be read. It must name a text file that holds THING."
    )
    file.write_text("\n")
    with pytest.raises(env.BadEnvironment) as empty:
        env.secret("THING", default=None)
    assert (
        str(empty.value)
        == f"THING_FILE names {file}, which is empty. It must name a text file that holds THING."
    )


def test_a_group_holds_every_variable_of_its_prefix(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("t0ken")
    monkeypatch.setenv("THING_BACKEND", "anymail")
    monkeypatch.setenv("THING_TOKEN_FILE", str(file))
    assert env.group("THING_") == {"BACKEND": "anymail", "TOKEN": "t0ken"}


PROGRAMS = {
    "manage.py": [sys.executable, "manage.py", "check"],
    "celery": [sys.executable, "-m", "celery", "-A", "workers", "report"],
    "uvicorn": [sys.executable, "-m", "uvicorn", "core.asgi:application"],
    "daphne": [sys.executable, "-m", "daphne", "core.asgi:application"],
}
FAULTS = {
    "missing": ({"DEBUG": "0", "SECRET_KEY": ""}, "SECRET_KEY is not set."),
    "bad": ({"PORT": "eighty"}, "PORT is 'eighty'."),
    "of another kind": ({"REDIS_URL": "localhost:6379"}, "REDIS_URL is not a URL of the right kind."),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_stops_with_one_line_that_names_the_variable(program: str, fault: str) -> None:
    changes, opening = FAULTS[fault]
    done = subprocess.run(
        PROGRAMS[program],
        cwd=ROOT,
        env=os.environ | changes,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(opening)
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stdout


def test_hours_and_days_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.clock("THING", default="09:00") == time(9)
    assert env.weekdays("THING", default="mon,fri") == [0, 4]
    assert env.dates("THING") == []
    monkeypatch.setenv("THING", "17:30")
    assert env.clock("THING", default="09:00") == time(17, 30)
    monkeypatch.setenv("THING", " Sun, tue,tue")
    assert env.weekdays("THING", default="mon") == [1, 6]
    monkeypatch.setenv("THING", "2026-12-25, 2027-01-01")
    assert env.dates("THING") == [date(2026, 12, 25), date(2027, 1, 1)]


@pytest.mark.parametrize(
    ("read", "value", "good"),
    [
        (lambda: env.clock("THING", default="09:00"), "25:00", "a time of day such as 09:00"),
        (lambda: env.weekdays("THING", default="mon,tue"), "monday", "days such as mon,tue"),
        (lambda: env.dates("THING"), "25.12.2026", "dates such as 2026-12-25,2027-01-01"),
    ],
)
def test_hours_and_days_that_are_none_are_refused(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str, good: str
) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(env.BadEnvironment) as refused:
        read()
    assert str(refused.value) == f"THING is {value!r}. It must be {good}."
