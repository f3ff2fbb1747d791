"""Six indexes on one column go, since another index of the table begins with that column.

Django would drop and check the foreign keys anew, which reads tables of millions of rows under a lock.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def without(model: str, name: str, index: str, field: models.ForeignKey) -> migrations.SeparateDatabaseAndState:
    table = f"support_{model}"
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"',
                [f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"',  # one that was left half built is none
                 f'CREATE INDEX CONCURRENTLY "{index}" ON "{table}" ("{name}_id")'],
            )
        ],
        state_operations=[migrations.AlterField(model, name, field)],
    )


def key(to: str, on_delete: object, name: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(to=to, on_delete=on_delete, related_name=name, db_index=False, **options)


CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT
TICKET, USER = "support.supportticket", settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("support", "0012_refusals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        without(
            "availabilityrecord",
            "user",
            "support_availabilityrecord_user_id_5996c157",
            key(USER, CASCADE, "availability_history"),
        ),
        without(
            "change",
            "ticket",
            "support_change_ticket_id_abe9693e",
            key(TICKET, CASCADE, "changes", null=True),
        ),
        without(
            "chatmessage",
            "ticket",
            "support_chatmessage_ticket_id_ba5c6852",
            key(TICKET, CASCADE, "messages"),
        ),
        without(
            "chatsession",
            "requester",
            "support_chatsession_requester_id_79cace53",
            key(USER, PROTECT, "chat_sessions"),
        ),
        without(
            "participant",
            "ticket",
            "support_participant_ticket_id_55d6fb4a",
            key(TICKET, CASCADE, "participants"),
        ),
        without(
            "supportticket",
            "requester",
            "support_supportticket_requester_id_9c003adf",
            key(USER, PROTECT, "tickets"),
        ),
    ]
