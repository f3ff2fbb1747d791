import uuid

from django.db import migrations, models


# What tests/architecture/test_migrations.py would refuse, and why it may be here.
ACCEPTED = dict.fromkeys(
    ("ban-drop-column", "ban-drop-default", "require-concurrent-index-creation"),
    "Older than the first release: nobody has rows there yet, and no older process.",
)


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_delivery_ledger'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='plan',
            name='ticket_id',
        ),
        migrations.AddField(
            model_name='plan',
            name='command_id',
            field=models.UUIDField(db_index=True, default=uuid.uuid4),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='delivery',
            name='replayed_at',
            field=models.DateTimeField(help_text='Sent again by hand; tries are counted from then.', null=True),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['notice', 'settled_at'], name='delivery_by_rule'),
        ),
    ]
