"""Migrations are run while people write: each that comes after its app's first is judged, and the judge is judged."""

from importlib import import_module
from uuid import uuid4

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import models
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations import operations as do
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core.models import User
from tests.architecture.migrations import OURS, findings, refused

pytestmark = pytest.mark.django_db
TICKET = "supportticket"
BY_SUBJECT = models.Index(fields=["subject"], name="ticket_by_subject")
FEW = models.CheckConstraint(condition=models.Q(revision__lt=1000), name="ticket_few_revisions")
NEW_NUMBER = do.AddField(TICKET, "weight", models.IntegerField(null=True))
CONCURRENTLY = "CREATE INDEX CONCURRENTLY by_subject ON support_supportticket (subject)"
SET_NUMBER = RunSQL("UPDATE support_supportticket SET weight = 1", RunSQL.noop)


def nothing(_apps: object, _editor: object) -> None:
    """What a migration does in Python, of which a linter cannot know how long it takes."""


BAD: dict[str, list[Operation]] = {
    "require-concurrent-index-creation": [do.AddIndex(TICKET, BY_SUBJECT)],
    "require-concurrent-index-deletion": [do.RemoveIndex(TICKET, "support_ticket_active")],
    "ban-drop-default": [do.AddField(TICKET, "weight", models.IntegerField(default=0))],
    "changing-column-type": [do.AlterField(TICKET, "revision", models.CharField(max_length=9, default="0"))],
    "adding-not-nullable-field": [do.AlterField(TICKET, "resolved_at", models.DateTimeField())],
    "constraint-missing-not-valid": [do.AddConstraint(TICKET, FEW)],
    "adding-foreign-key-constraint": [
        do.AddField(TICKET, "helper", models.ForeignKey(User, models.SET_NULL, null=True, related_name="+"))
    ],
    "ban-drop-column": [do.RemoveField(TICKET, "revision")],
    "ban-drop-table": [do.DeleteModel("Canary")],
    "renaming-column": [do.RenameField(TICKET, "subject", "title")],
    "renaming-table": [do.RenameModel("Canary", "Sparrow")],
    "adding-field-with-default": [
        RunSQL(
            "ALTER TABLE support_canary ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid()", RunSQL.noop
        )
    ],
    "data-beside-schema": [NEW_NUMBER, SET_NUMBER],
    "irreversible": [RunPython(nothing)],
    "ban-concurrent-index-creation-in-transaction": [NEW_NUMBER, RunSQL(CONCURRENTLY, RunSQL.noop)],
    "syntax-error": [RunSQL("ALTER TABEL support_canary", RunSQL.noop)],
}
NEW_TABLE = do.CreateModel(
    "Sparrow",
    [
        ("id", models.UUIDField(primary_key=True, default=uuid4)),
        ("name", models.CharField(max_length=9, db_index=True)),
        ("ticket", models.ForeignKey("support.supportticket", models.CASCADE, related_name="+")),
    ],
    options={"indexes": [models.Index(fields=["name", "id"], name="sparrow_name")]},
)
GOOD: dict[str, tuple[list[Operation], bool]] = {
    "a column that may be empty": ([NEW_NUMBER], True),
    "a column whose default the database knows": (
        [do.AddField(TICKET, "weight", models.IntegerField(default=0, db_default=0))],
        True,
    ),
    "a table of its own, with indexes": ([NEW_TABLE], True),
    "other choices": (
        [
            do.AlterField(
                "chatsession", "end_cause", models.CharField(blank=True, choices=[("a", "A")], max_length=8)
            )
        ],
        True,
    ),
    "an index that is built beside": ([AddIndexConcurrently(TICKET, BY_SUBJECT)], False),
    "a constraint for new rows": ([AddConstraintNotValid(TICKET, FEW)], True),
    "a constraint that is checked afterwards": ([ValidateConstraint(TICKET, FEW.name)], True),
    "rows alone": ([RunPython(nothing, RunPython.noop)], True),
    "Python for the way back alone": ([NEW_NUMBER, RunPython(RunPython.noop, nothing)], True),
}


def made_up(operations: list[Operation], *, atomic: bool = True) -> Migration:
    made = type("MadeUp", (Migration,), {"operations": operations, "atomic": atomic})
    return made("9999_made_up", "support")  # type: ignore[no-any-return]


@pytest.fixture
def state() -> ProjectState:
    """Everything applied that there is."""
    return MigrationLoader(None).project_state()


def test_no_migration_holds_up_those_who_write() -> None:
    loader = MigrationLoader(None)
    state, complaints, judged = ProjectState(), {}, 0
    for app, name in loader.graph._generate_plan(loader.graph.leaf_nodes(), True):
        migration = loader.graph.nodes[app, name]
        if app in OURS and not migration.initial:
            accepted = getattr(import_module(type(migration).__module__), "ACCEPTED", {})
            if left := refused(findings(migration, state), accepted):
                complaints[f"{app}.{name}"] = left
            judged += 1
        state = migration.mutate_state(state, preserve=False)
    assert complaints == {}
    assert judged >= 20


@pytest.mark.parametrize("rule", BAD)
def test_what_would_hold_them_up_is_found(rule: str, state: ProjectState) -> None:
    assert rule in {found for found, _ in findings(made_up(BAD[rule]), state)}


@pytest.mark.parametrize("what", GOOD)
def test_what_is_safe_is_let_through(what: str, state: ProjectState) -> None:
    operations, atomic = GOOD[what]
    assert findings(made_up(operations, atomic=atomic), state) == []


def test_a_migration_may_say_why_it_is_safe_all_the_same() -> None:
    found = [("ban-drop-column", "ALTER TABLE …")]
    assert refused(found, {}) == ["ban-drop-column: ALTER TABLE …"]
    assert refused(found, {"ban-drop-column": "no code has read it since 1.4"}) == []


def test_it_has_to_give_a_reason_and_only_for_what_it_does() -> None:
    assert refused([("ban-drop-column", "…")], {"ban-drop-column": "safe"}) == [
        "ban-drop-column: give the reason"
    ]
    accepted = {"ban-drop-table": "no code has read it since 1.4"}
    assert refused([], accepted) == ["ban-drop-table: accepted, but nothing of it is here"]
