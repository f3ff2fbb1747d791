"""What is observed of agents beside what they declare, what the public sees of it, and its history."""

import core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Until now everybody saw the declaration, while a lease bore it out.
KEEP_WHAT_IS_SHOWN = """
UPDATE support_supportuserstatus SET
    availability = CASE WHEN is_present OR declared = 'away' THEN declared ELSE 'offline' END,
    shown = CASE WHEN is_present THEN declared ELSE 'offline' END,
    reason = CASE WHEN declared <> 'online' THEN 'declared' WHEN is_present THEN 'active' ELSE 'gone' END
"""


# What tests/architecture/test_migrations.py would refuse, and why it may be here.
ACCEPTED = dict.fromkeys(
    ("ban-drop-default", "data-beside-schema"),
    "Older than the first release: nobody has rows there yet, and no older process.",
)


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0002_chat_endings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='supportuserstatus',
            name='availability',
            field=models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], default='offline', max_length=7),
        ),
        migrations.AddField(
            model_name='supportuserstatus',
            name='input_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='supportuserstatus',
            name='pinned_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='supportuserstatus',
            name='reason',
            field=models.CharField(default='declared', max_length=8),
        ),
        migrations.AddField(
            model_name='supportuserstatus',
            name='shown',
            field=models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], default='offline', max_length=7),
        ),
        migrations.AddField(
            model_name='supportuserstatus',
            name='wanted_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(KEEP_WHAT_IS_SHOWN, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='AvailabilityRecord',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('availability', models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], max_length=7)),
                ('reason', models.CharField(max_length=8)),
                ('declared', models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], max_length=7)),
                ('pinned_until', models.DateTimeField(null=True)),
                ('is_public', models.BooleanField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability_history', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'availability record',
                'indexes': [models.Index(fields=['user', '-at'], name='support_availability_agent'), models.Index(fields=['-at', 'is_public'], name='support_availability_recent')],
            },
        ),
    ]
