from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0012_ledger_found_quickly'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='reason',
            field=models.CharField(blank=True, choices=[('author', 'They did it themselves'), ('internal-note', 'Internal notes are for staff alone'), ('not-for-requester', 'Who handles the ticket is the team’s own business'), ('inactive', 'Their account is not active'), ('preference', 'They asked not to be told of this in this way'), ('no-address', 'No address known'), ('no-account', 'Without an account there is no bell'), ('not-theirs', 'They may no longer see the ticket'), ('read', 'They had read it already'), ('gone', 'What it was about no longer exists'), ('taken', 'Somebody else has it, or is asked'), ('nothing', 'There was nothing to say'), ('late', 'It was out of date by the time it could leave'), ('suppressed', 'Their address takes no mail from us'), ('refused', 'The address was refused'), ('unsafe-header', 'A header would have held a line break or control character'), ('gave-up', 'Three days of tries failed'), ('unconfirmed', 'Sending was interrupted: it may or may not have left')], max_length=20),
        ),
    ]
