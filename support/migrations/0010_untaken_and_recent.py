from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside whoever writes; that is not possible inside a transaction.
    atomic = False

    dependencies = [
        ('support', '0009_canaries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='chatmessage',
            index=models.Index(fields=['created_at'], name='support_message_recent'),
        ),
        AddIndexConcurrently(
            model_name='change',
            index=models.Index(fields=['created_at'], name='support_change_recent'),
        ),
        AddIndexConcurrently(
            model_name='supportticket',
            index=models.Index(condition=models.Q(('assigned_to', None), ('status__in', ['IN_PROGRESS', 'OPEN', 'WAITING_USER'])), fields=['updated_at', 'id'], name='support_ticket_untaken'),
        ),
    ]
