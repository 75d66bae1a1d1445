import assistant.foundation.ids
import assistant.foundation.managers
import django.db.models.deletion
import pgvector.django.halfvec
from django.db import migrations, models

from assistant.foundation import rls

FORGET = [  # passages are made again, by the job `knowledge.reindex`, from the articles' own text
    "ALTER TABLE knowledge_passage NO FORCE ROW LEVEL SECURITY",
    "DELETE FROM knowledge_passage",
    "ALTER TABLE knowledge_passage FORCE ROW LEVEL SECURITY",
]
# A search keeps a tenant's vectors in memory; this tells it, in the same transaction, that they are old.
RISE = """
CREATE FUNCTION knowledge_corpus_rise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO knowledge_corpus (id, tenant_id, version, answered_from, names)
            SELECT gen_random_uuid(), tenant_id, 1, 0.5, '{}' FROM changed GROUP BY tenant_id
            ON CONFLICT (tenant_id) DO UPDATE SET version = knowledge_corpus.version + 1;
    ELSE
        UPDATE knowledge_corpus SET version = version + 1 WHERE tenant_id IN (SELECT tenant_id FROM changed);
    END IF;
    RETURN NULL;
END $$
"""
TRIGGERS = [
    f"CREATE TRIGGER corpus_{event.lower()} AFTER {event} ON knowledge_passage "
    f"REFERENCING {kind} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION knowledge_corpus_rise()"
    for event, kind in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
]
UNDO = [f"DROP TRIGGER corpus_{event} ON knowledge_passage" for event in ("insert", "update", "delete")]


class Migration(migrations.Migration):
    """What a search needs of a passage, and of the tenant's articles as a whole."""

    dependencies = [
        ('knowledge', '0002_sources_and_runs'),
    ]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Corpus',
            fields=[
                ('id', models.UUIDField(default=assistant.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version', models.BigIntegerField(default=0)),
                ('answered_from', models.FloatField(default=0.5, help_text='The confidence from which on a question is answered.')),
                ('names', models.JSONField(default=dict, help_text='The products that the articles are about (`names.Names`).')),
                ('tenant', assistant.foundation.managers.TenantField(blank=True, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='foundation.tenant')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='corpus',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_corpus_own'),
        ),
        migrations.AddConstraint(
            model_name='corpus',
            constraint=models.UniqueConstraint(fields=('tenant',), name='knowledge_corpus_one'),
        ),
        rls.Protect("knowledge_corpus"),
        migrations.AddField(
            model_name='document',
            name='about',
            field=models.CharField(blank=True, help_text='The product that it turned out to be about.', max_length=120),
        ),
        migrations.AddField(
            model_name='document',
            name='cut',
            field=models.CharField(blank=True, help_text='The way in which its passages were made (`index.CUT`).', max_length=8),
        ),
        migrations.RemoveField(model_name='passage', name='words'),
        migrations.AddField(
            model_name='passage',
            name='terms',
            field=models.BinaryField(default=b'', help_text='Its words as numbers (`terms.TERM`).'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='passage',
            name='sentences',
            field=models.JSONField(default=list, help_text='What may be quoted (`index.stored_sentence`).'),
        ),
        migrations.AddField(
            model_name='passage',
            name='sentence_vectors',
            field=models.BinaryField(default=b'', help_text='float16 [1 + sentences, 384]: of the heading, then of each one.'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='passage',
            name='vector',
            field=pgvector.django.halfvec.HalfVectorField(dimensions=384, help_text='Of heading and text together.', null=True),
        ),
        # The sentences' vectors leave the row, so that reading all passages of a tenant reads little else.
        migrations.RunSQL(
            ["ALTER TABLE knowledge_passage ALTER COLUMN sentence_vectors SET STORAGE EXTERNAL",
             "ALTER TABLE knowledge_passage ALTER COLUMN terms SET STORAGE MAIN",
             "ALTER TABLE knowledge_passage ALTER COLUMN vector SET STORAGE MAIN"],
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL([RISE, *TRIGGERS], [*UNDO, "DROP FUNCTION knowledge_corpus_rise()"]),
    ]
