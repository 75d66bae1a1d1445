import assistant.foundation.ids
import assistant.foundation.managers
import django.db.models.deletion
from django.db import migrations, models

from assistant.foundation import rls


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0001_initial'),
        ('privacy', '0002_spellings'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrivacyPolicy',
            fields=[
                ('id', models.UUIDField(default=assistant.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('treatments', models.JSONField(blank=True, default=dict, help_text='{kind: "keep" | "placeholder" | "destroy"}')),
                ('patterns', models.JSONField(blank=True, default=list, help_text='Own patterns: [{"kind", "name", "pattern"}].')),
                ('allowed', models.JSONField(blank=True, default=list, help_text='Texts that are never personal data.')),
                ('must_give_reason', models.BooleanField(default=False, help_text='Looking behind a placeholder needs a reason.')),
                ('retention_days', models.PositiveIntegerField(default=180, help_text="Days after a conversation's last message until the values behind its placeholders go.")),
                ('name_model', models.CharField(blank=True, help_text='Folder of a larger model that finds names.', max_length=200)),
                ('tenant', assistant.foundation.managers.TenantField(blank=True, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='foundation.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='privacy_policy_once'), models.CheckConstraint(condition=models.Q(('retention_days__gte', 1)), name='privacy_policy_retention')],
            },
        ),
        rls.Protect("privacy_privacypolicy"),
    ]
