import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0030_conversation_vector'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='segments',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='As the newest signed identity says.', size=None),
        ),
    ]
