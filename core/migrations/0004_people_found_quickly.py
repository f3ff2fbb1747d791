import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside whoever writes; that is not possible inside a transaction.
    atomic = False

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('core', '0003_guests'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(condition=models.Q(('is_staff', True)), fields=['first_name', 'username'], name='core_user_staff'),
        ),
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='text_pattern_ops'), name='core_user_email_typed'),
        ),
        AddIndexConcurrently(
            model_name='user',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('guest_address'), name='text_pattern_ops'), condition=models.Q(('is_guest', True)), name='core_user_guest_typed'),
        ),
    ]
