import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0002_observer_role'),
        ('knowledge', '0023_evaluation'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='segments',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Contacts who may see it; empty: all.', size=None),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='segments',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None),
        ),
        migrations.AddField(
            model_name='passage',
            name='segments',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, help_text="As its document's.", size=None),
        ),
        migrations.AlterField(
            model_name='sourceproblem',
            name='code',
            field=models.CharField(help_text='One of `intake.problems.PROBLEMS`.', max_length=24),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(condition=models.Q(('segments', []), _negated=True), fields=['tenant'], name='knowledge_document_segments'),
        ),
    ]
