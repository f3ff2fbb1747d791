"""What was promised when something was accepted, what came of it; what first replies take of late."""

import core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0003_availability_observed_and_shown'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReplyTime',
            fields=[
                ('availability', models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], max_length=7, primary_key=True, serialize=False)),
                ('seconds', models.PositiveIntegerField()),
                ('sample', models.PositiveIntegerField()),
                ('measured_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'reply time',
            },
        ),
        migrations.CreateModel(
            name='ReplyPromise',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('ticket', 'Ticket'), ('chat', 'Chat'), ('message', 'Message')], max_length=7)),
                ('availability', models.CharField(choices=[('online', 'Online'), ('away', 'Away'), ('offline', 'Offline')], max_length=7)),
                ('words', models.CharField(max_length=200)),
                ('is_default', models.BooleanField()),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('replied_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('broken', 'Broken'), ('withdrawn', 'Withdrawn')], default='open', max_length=9)),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='support.supportticket')),
            ],
            options={
                'verbose_name': 'reply promise',
                'indexes': [models.Index(condition=models.Q(('outcome', 'open')), fields=['ticket'], name='support_promise_open'), models.Index(fields=['availability', '-made_at'], name='support_promise_measured'), models.Index(fields=['-made_at'], name='support_promise_recent')],
            },
        ),
    ]
