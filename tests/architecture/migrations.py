"""What a migration would do to a database in use: its SQL as squawk judges it, and what no linter of SQL can see.

Called by test_migrations.py. A finding is a rule's name and a sentence. Of squawk's rules all count but those named
here with the reason, so a rule that a later squawk brings is judged before it is left out. Runs no migration.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration
from django.db.migrations.operations import RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OURS: Final = ("core", "support", "notifications")
SQUAWK: Final = Path(sys.executable).parent / "squawk"
LEFT_OUT: Final = {
    "require-lock-timeout": "manage.py migrate sets it for every migration",
    "require-statement-timeout": "what may take long is refused, or takes no lock that anybody waits for",
    "prefer-text-field": "a matter of taste: a varchar made wider is not rewritten",
    "prefer-bigint-over-int": "which width a number needs is said by its field",
    "prefer-bigint-over-smallint": "the same",
    "prefer-robust-stmts": "Django knows what was applied",
}
WRITES: Final = re.compile(r"^\s*(?:UPDATE|DELETE|INSERT|MERGE|WITH)\b", re.IGNORECASE | re.MULTILINE)

Finding = tuple[str, str]


def findings(migration: Migration, state: ProjectState) -> list[Finding]:
    """What may not happen while people write, of a migration that comes upon `state`; nothing is applied."""
    own = list(_beyond_sql(migration))
    other = connection.copy()  # in no transaction, whatever the test is in
    try:
        return own + _judged(_statements(migration, state, other), in_transaction=migration.atomic)
    finally:
        other.close()


def refused(found: list[Finding], accepted: dict[str, str]) -> list[str]:
    """What is left to complain of when the migration's own ACCEPTED, rule to reason, is taken into account."""
    rules = {rule for rule, _ in found}
    without_reason = [
        f"{rule}: give the reason" for rule, reason in accepted.items() if len(reason.split()) < 5
    ]
    in_vain = [f"{rule}: accepted, but nothing of it is here" for rule in accepted if rule not in rules]
    return [f"{rule}: {said}" for rule, said in found if rule not in accepted] + without_reason + in_vain


def _statements(migration: Migration, state: ProjectState, database: BaseDatabaseWrapper) -> str:
    with database.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state.clone(), editor, collect_sql=True)
    return "\n".join(editor.collected_sql)


def _judged(statements: str, *, in_transaction: bool) -> list[Finding]:
    command = [str(SQUAWK), "--pg-version=16", "--reporter=json", "--stdin-filepath=migration.sql"]
    command += ["--assume-in-transaction"] * in_transaction + [f"--exclude={','.join(LEFT_OUT)}"]
    done = subprocess.run(command, input=statements, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    lines = statements.splitlines() or [""]
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return [(one["rule_name"], f"{one['message']} {lines[one['line']].strip()}") for one in said]


def _beyond_sql(migration: Migration) -> Iterator[Finding]:
    """A transaction that changes a table and then works through rows holds the table as long as that takes."""
    operations = list(_flat(migration.operations))
    rows = [each for each in operations if _is_about_rows(each)]
    if rows and len(rows) < len([each for each in operations if each.reduces_to_sql or _is_about_rows(each)]):
        yield "data-beside-schema", "Rows are changed in the migration that changes tables. Make it two."
    for each in operations:
        if not each.reversible:
            yield "irreversible", f"There is no way back: {each.describe()}"


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    for each in operations:
        if isinstance(each, SeparateDatabaseAndState):
            yield from _flat(list(each.database_operations))
        else:
            yield each


def _is_about_rows(operation: Operation) -> bool:
    if isinstance(operation, RunPython):
        return operation.code is not RunPython.noop
    return isinstance(operation, RunSQL) and any(WRITES.search(text) for text in _texts(operation.sql))


def _texts(sql: Any) -> list[str]:
    """RunSQL takes one text, or several, each with or without values."""
    return [sql] if isinstance(sql, str) else [each if isinstance(each, str) else each[0] for each in sql]
