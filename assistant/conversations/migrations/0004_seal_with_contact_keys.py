"""What was sealed under the installation's keys moves under the key of its contact; plain hashes of messages go."""

import json

from django.db import migrations

from assistant.foundation import crypto, keyring
from assistant.foundation.tenancy import bound


def seal_anew(apps, schema_editor):
    """A repeat finds nothing: a text under a contact's key has no dot."""
    db = schema_editor.connection
    for tenant in apps.get_model("foundation", "Tenant").objects.values_list("id", flat=True):
        with bound(tenant):
            db.bind_tenant(tenant)
            _contacts(apps.get_model("conversations", "Contact"))
            _vault(apps.get_model("privacy", "VaultEntry"), apps.get_model("conversations", "Conversation"))
            apps.get_model("conversations", "Message").objects.filter(tenant_id=tenant).exclude(body_hash="").update(body_hash="")


def _contacts(contacts):
    for row in contacts.objects.filter(sealed__contains="."):
        details = json.loads(crypto.unseal(row.sealed, purpose="contact", place=str(row.id)))
        sealed = keyring.find_or_make_key(row.id).seal(json.dumps(details), about="contact")
        contacts.objects.filter(id=row.id).update(sealed=sealed)


def _vault(entries, conversations):
    owners = dict(conversations.objects.values_list("id", "contact_id"))
    for row in entries.objects.filter(sealed__contains="."):
        if row.conversation_id not in owners:
            row.delete()
            continue
        value = crypto.unseal(row.sealed, purpose="vault", place=f"{row.conversation_id}:{row.kind}:{row.number}")
        key = keyring.find_or_make_key(owners[row.conversation_id])
        about = f"vault|{row.conversation_id}|{row.kind}|{row.number}|0"
        entries.objects.filter(id=row.id).update(sealed=key.seal(value, about=about))


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0003_spellings_and_erasure'),
        ('privacy', '0002_spellings'),
    ]

    operations = [
        migrations.RunPython(seal_anew, migrations.RunPython.noop, elidable=True),
    ]
