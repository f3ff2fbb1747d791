"""`manage.py backup` and `restore`: what comes back is what was there, and every mistake ends in a sentence."""

import errno
import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import BinaryIO, cast

import psycopg
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from core import backups, command_log, kept, valkey
from core.backups.folder import in_words
from core.contracts import Command
from tests import servers
from tests.contracts.examples import COMMANDS

ACCEPTED = cast("tuple[Command, ...]", COMMANDS[:3])
PICTURE = b"a picture of week 14"
WORDS = [("Week 14 is there again.",)]


def database(name: str) -> str:
    """A fresh database of this name; its address."""
    url = servers.fleet().urls.database
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        session.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("/support?", f"/{name}?")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as session:
        return session.execute(query.encode()).fetchall()


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """Every process remembers that it has compared its number with the log's."""
    command_log.verify_shards.cache_clear()
    yield
    command_log.verify_shards.cache_clear()


@pytest.fixture
def saved(settings: Settings, tmp_path: Path) -> Path:
    """The backup of a small installation: a table, a migration, three accepted commands, a kept file."""
    settings.DATABASE_URL = database("backup_source")
    settings.KEPT_DIR = str(tmp_path / "kept")
    with psycopg.connect(settings.DATABASE_URL) as session:
        session.execute("CREATE TABLE django_migrations (app text, name text)")
        session.execute("INSERT INTO django_migrations VALUES ('support', '0001_initial')")
        session.execute("CREATE TABLE words (said text)")
        session.execute("INSERT INTO words VALUES (%s)", WORDS[0])
    kept.put(PICTURE)
    command_log.append(ACCEPTED, reply_to="somebody")
    call_command("backup", tmp_path / "backup", stdout=StringIO())
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(saved: Path, settings: Settings, tmp_path: Path) -> None:
    """Empty servers and an empty disk."""
    settings.DATABASE_URL = database("backup_target")
    settings.KEPT_DIR = str(tmp_path / "elsewhere")
    valkey.durable().flushdb()


def refusal(command: str, folder: Path) -> str:
    with pytest.raises(CommandError) as refused:
        call_command(command, folder, stdout=StringIO())
    return str(refused.value)


class Refusing:
    """A file whose disk is full after the first piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._given = file, False

    def read(self, size: int) -> bytes:
        if self._given:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._given = True
        return self._file.read(size)


# --- There and back --------------------------------------------------------------------------------------------------


def test_what_comes_back_is_what_was_there(saved: Path, settings: Settings, tmp_path: Path) -> None:
    before = command_log.read(0, count=10)
    settings.DATABASE_URL = database("backup_target")
    settings.KEPT_DIR = str(tmp_path / "elsewhere")
    valkey.durable().flushdb()
    out = StringIO()

    call_command("restore", saved, stdout=out)

    assert "3 commands that drains will store, 1 kept files" in out.getvalue()
    assert rows(settings.DATABASE_URL, "SELECT said FROM words") == WORDS
    assert command_log.read(0, count=10) == before
    assert kept.read(hashlib.sha256(PICTURE).hexdigest()) == PICTURE
    command_log.verify_shards()


def test_a_backup_is_a_folder_that_other_programs_can_check(saved: Path) -> None:
    """`sha256sum --check` reads it; nobody else's account does."""
    digest = hashlib.sha256(PICTURE).hexdigest()
    lines = (saved / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sorted(sums) == ["database.dump", f"kept/{digest[:2]}/{digest}", "log/0.jsonl", "manifest.json"]
    assert sums == {name: hashlib.sha256((saved / name).read_bytes()).hexdigest() for name in sums}
    assert saved.stat().st_mode & 0o077 == 0
    assert {(saved / name).stat().st_mode & 0o777 for name in sums} == {0o600}
    manifest = json.loads((saved / "manifest.json").read_text())
    assert (manifest["format"], manifest["shards"], manifest["entries"], manifest["files"]) == (1, 1, 3, 1)
    assert manifest["migrations"] == {"support": ["0001_initial"]}


# --- A person's mistakes ---------------------------------------------------------------------------------------------


def test_a_folder_with_something_in_it_takes_no_backup_and_keeps_what_it_has(saved: Path) -> None:
    assert refusal("backup", saved) == f"{saved} is not empty. A backup wants a folder of its own."
    assert (saved / "SHA256SUMS").exists()


def test_a_backup_without_room_says_so_and_leaves_nothing(saved: Path, tmp_path: Path) -> None:
    """The kernel's own full disk."""
    with (
        pytest.raises(backups.Trouble, match=r"^There is no room for the backup in x\.$"),
        in_words("the backup in x"),
    ):
        Path("/dev/full").write_bytes(PICTURE)
    source = (saved / "log" / "0.jsonl").open("rb")
    with pytest.raises(backups.Trouble), source, backups.Draft(tmp_path / "other") as draft:
        draft.add("log/0.jsonl", Refusing(source))
    assert not (tmp_path / "other").exists()


def test_a_database_that_is_away_is_named_and_nothing_is_left(settings: Settings, tmp_path: Path) -> None:
    settings.DATABASE_URL = f"postgresql:///support?host={tmp_path}"
    assert refusal("backup", tmp_path / "backup").startswith("The database does not answer: ")
    assert not (tmp_path / "backup").exists()


@pytest.mark.usefixtures("elsewhere")
def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    assert refusal("restore", tmp_path) == (
        f"{tmp_path} is not a backup: there is no SHA256SUMS. One that was not finished has none."
    )


@pytest.mark.usefixtures("elsewhere")
def test_a_damaged_backup_is_refused(saved: Path, settings: Settings) -> None:
    dump = saved / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    assert refusal("restore", saved) == f"{dump} is not what was saved. Nothing was changed."
    dump.unlink()
    assert refusal("restore", saved) == f"{dump} is missing. Nothing was changed."
    assert rows(settings.DATABASE_URL, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


@pytest.mark.usefixtures("elsewhere")
def test_a_backup_leads_nowhere_outside_its_folder(saved: Path) -> None:
    sums = saved / "SHA256SUMS"
    sums.write_text(f"{'0' * 64}  ../../etc/passwd\n")
    assert refusal("restore", saved).startswith(f"{sums} has a line that no backup of ours has: ")


@pytest.mark.usefixtures("elsewhere")
def test_a_database_that_holds_something_is_left_alone(saved: Path, settings: Settings) -> None:
    with psycopg.connect(settings.DATABASE_URL) as session:
        session.execute("CREATE TABLE precious (said text)")
    assert refusal("restore", saved) == (
        "The database backup_target is not empty: it has 1 tables. Restore into a new one."
    )


@pytest.mark.usefixtures("elsewhere")
def test_a_database_that_somebody_uses_is_left_alone(saved: Path, settings: Settings) -> None:
    with psycopg.connect(settings.DATABASE_URL):
        assert refusal("restore", saved) == (
            "The database backup_target is in use: 1 other connections. Stop web, sockets, workers and beat first."
        )


@pytest.mark.usefixtures("elsewhere")
def test_a_command_log_that_holds_something_is_left_alone(saved: Path) -> None:
    command_log.append(ACCEPTED[:1])
    assert refusal("restore", saved) == (
        "The command log is not empty: 1 commands wait in it. Restore beside an empty one."
    )


@pytest.mark.usefixtures("elsewhere")
def test_a_command_log_that_was_in_use_cannot_take_what_waited_before(saved: Path) -> None:
    command_log.append(ACCEPTED[:1])
    command_log.delete(0, command_log.read(0, count=1), {})
    assert refusal("restore", saved) == (
        "The command log was in use, and 3 commands of before wait in the backup: restore beside a new Valkey."
    )


@pytest.mark.usefixtures("elsewhere")
def test_other_shards_are_refused(saved: Path, settings: Settings) -> None:
    settings.COMMAND_LOG_SHARDS = 4
    assert refusal("restore", saved) == (
        "The backup has 1 shards. Set COMMAND_LOG_SHARDS=1 here and for every process."
    )


@pytest.mark.usefixtures("elsewhere")
def test_kept_files_are_not_mixed_with_others(saved: Path) -> None:
    kept.put(b"another picture")
    assert "is not empty. Restore beside an empty one." in refusal("restore", saved)


@pytest.mark.usefixtures("elsewhere")
def test_a_backup_of_a_newer_release_is_refused(saved: Path) -> None:
    manifest, sums = saved / "manifest.json", saved / "SHA256SUMS"
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace("0001_initial", "9999_tomorrow"))
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    sums.write_text(sums.read_text().replace(before, after))
    assert refusal("restore", saved) == (
        "The backup is of a newer release: this one does not know support.9999_tomorrow. Install that first."
    )
