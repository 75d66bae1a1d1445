"""Background work of this part."""

from __future__ import annotations

from assistant.foundation.errors import BadInput
from assistant.foundation.outbox.jobs import JobRun
from assistant.foundation.tenancy import required, tenant_scope
from crm_integration.connectors.base import ConfigError
from crm_integration.models import Connection
from crm_integration.sync.engine import sync


def run_sync(run: JobRun) -> None:
    """The job. A wrong configuration is final and says what to mend; anything else is tried again."""
    with tenant_scope(required()):
        connection = Connection.objects.filter(id=run.ids["connection"], is_enabled=True).first()
    if connection is None:
        return
    try:
        counts = sync(connection, tick=lambda read: run.progress(read, 0))
    except ConfigError as problem:
        raise BadInput(str(problem)) from problem
    run.report(read=counts.read, changed=counts.changed, removed=counts.removed)
