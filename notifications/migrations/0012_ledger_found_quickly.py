import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside whoever writes; that is not possible inside a transaction.
    atomic = False

    dependencies = [
        ('notifications', '0011_mail_of_the_team_unproven'),
        ('support', '0010_untaken_and_recent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('address'), name='text_pattern_ops'), name='delivery_address_typed'),
        ),
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state__in', ('failed', 'uncertain', 'bounced', 'complained'))), fields=['-created_at', '-id'], name='delivery_troubled'),
        ),
    ]
