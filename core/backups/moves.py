"""Save all, restore all: the order of `core.backups`, and every question before anything is changed."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from core.backups import database, log
from core.backups.folder import FORMAT, Backup, Draft, Manifest, Trouble, in_words

KEPT: Final = "kept/"


def save(folder: Path) -> Manifest:
    """Everything accepted by now, while everything runs."""
    with Draft(folder) as draft:
        made_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        entries = log.save(draft)
        server, migrations = database.facts()
        database.dump(draft)
        sizes = [size for path in _kept() if (size := _copied(draft, path)) is not None]
        manifest = Manifest(
            format=FORMAT,
            made_at=made_at,
            server=server,
            migrations=migrations,
            shards=settings.COMMAND_LOG_SHARDS,
            entries=entries,
            files=len(sizes),
            bytes=sum(sizes),
        )
        draft.finish(manifest)
    return manifest


def _kept() -> Iterator[Path]:
    """Finished files only: what is being written has another name (`core.kept`)."""
    return (path for path in sorted(Path(settings.KEPT_DIR).glob("??/*")) if len(path.name) == 64)


def _copied(draft: Draft, path: Path) -> int | None:
    """None when it has been forgotten meanwhile."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None
    with source:
        return draft.add(f"{KEPT}{path.parent.name}/{path.name}", source)


def restore(folder: Path) -> Manifest:
    """Into an empty database, an empty command log and an empty KEPT_DIR; they are asked for first."""
    backup = Backup(folder)
    manifest = backup.check()
    _must_be_known(manifest)
    database.must_be_empty()
    log.must_be_empty(manifest.shards, takes=manifest.entries)
    _must_be_free()
    _put_back(backup)
    database.restore(folder)
    log.restore(backup)
    return manifest


def _must_be_known(manifest: Manifest) -> None:
    loader = MigrationLoader(None)
    known = {
        *loader.disk_migrations,
        *(old for new in loader.disk_migrations.values() for old in new.replaces),
    }
    applied = {(app, name) for app, names in manifest.migrations.items() for name in names}
    strange = sorted(f"{app}.{name}" for app, name in applied - known if app in loader.migrated_apps)
    if strange:
        raise Trouble(
            f"The backup is of a newer release: this one does not know {strange[0]}. Install that first."
        )


def _must_be_free() -> None:
    kept = Path(settings.KEPT_DIR)
    if kept.exists() and any(kept.iterdir()):
        raise Trouble(f"KEPT_DIR ({kept}) is not empty. Restore beside an empty one.")


def _put_back(backup: Backup) -> None:
    kept = Path(settings.KEPT_DIR)
    with in_words(f"the files in {kept}"):
        owner = _owner(kept)
        for name in backup.names(KEPT):
            place = kept / name.removeprefix(KEPT)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(backup.folder / name, place)
            place.chmod(0o600)
        if os.geteuid() == 0:
            _give(kept, owner)
        os.sync()


def _owner(folder: Path) -> os.stat_result:
    """Of the folder, or of what it will be made in: the account of web and workers, as a rule."""
    return next(path for path in (folder, *folder.parents) if path.exists()).stat()


def _give(folder: Path, owner: os.stat_result) -> None:
    """Root restores, and others have to read."""
    for path in (folder, *folder.rglob("*")) if folder.exists() else ():
        os.chown(path, owner.st_uid, owner.st_gid)
