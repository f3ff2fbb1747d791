"""Backups: the database, the command log and the kept files in one folder, and back into empty places.

Called by `manage.py backup` and `manage.py restore`. The order is what makes a backup whole while everything runs:
first the log, then a snapshot of the database, then the files. A command leaves the log only after it was committed, so
one that was accepted before the backup began is in the copy of the log, in the snapshot, or in both, which changes
nothing; and a file is on the disk before a command names it. `Trouble` is a sentence for whoever typed the command.
"""

from core.backups.folder import Backup, Draft, Trouble
from core.backups.moves import restore, save

__all__ = ["Backup", "Draft", "Trouble", "restore", "save"]
