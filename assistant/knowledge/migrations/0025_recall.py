from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('knowledge', '0024_segments'),
    ]

    operations = [
        migrations.AddField(
            model_name='corpus',
            name='recall',
            field=models.FloatField(help_text='Of its vector index, as measured; without one all is compared.', null=True),
        ),
    ]
