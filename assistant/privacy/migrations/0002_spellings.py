from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('privacy', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='vaultentry',
            name='privacy_vault_numbered',
        ),
        migrations.RemoveConstraint(
            model_name='vaultentry',
            name='privacy_vault_once',
        ),
        migrations.RemoveField(
            model_name='vaultentry',
            name='value_print',
        ),
        migrations.AddField(
            model_name='vaultentry',
            name='spelling',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='vaultentry',
            constraint=models.UniqueConstraint(fields=('tenant', 'conversation_id', 'kind', 'number', 'spelling'), name='privacy_vault_once'),
        ),
    ]
