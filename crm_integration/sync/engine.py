"""Read a connection's streams into rows: batch by batch, each with its checkpoint in the same transaction.

Whatever is repeated changes nothing: records are compared by hash, rows are upserted by (connection, external id).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import structlog

from assistant.foundation.clock import now
from assistant.foundation.tenancy import required, tenant_scope
from crm_integration.connectors import connectors
from crm_integration.connectors.base import ConfigError, Connector, Record, Stream
from crm_integration.models import Checkpoint, Connection, SourceRecord, SyncRun
from crm_integration.sync.upsert import remove, upsert

BATCH = 200

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counts:
    """What a run did."""

    read: int = 0
    changed: int = 0
    removed: int = 0


def connect(connection: Connection) -> Connector:
    """The connector with its settings. Raises ConfigError."""
    kind = connectors().get(connection.connector)
    if kind is None:
        raise ConfigError(f"There is no connector {connection.connector!r}.")
    return kind(connection.settings)  # type: ignore[call-arg]  # every connector is made from its settings


def sync(connection: Connection, *, tick: Callable[[int], None]) -> Counts:
    """Bring everything up to date; `tick` is called with the number of records read. Raises ConnectorError."""
    connector = connect(connection)
    connector.check()
    counts = Counts()
    with tenant_scope(required()):
        run = SyncRun.objects.create(connection=connection)
    try:
        for stream in connector.streams():
            _sync_stream(connection, connector, stream, counts, tick)
    except Exception as problem:
        _finish(
            run,
            counts,
            state="failed",
            error=str(problem) if isinstance(problem, ConfigError) else type(problem).__name__,
        )
        raise
    _finish(run, counts, state="done")
    return counts


def _sync_stream(
    connection: Connection, connector: Connector, stream: Stream, counts: Counts, tick: Callable[[int], None]
) -> None:
    with tenant_scope(required()):
        checkpoint, _ = Checkpoint.objects.get_or_create(connection=connection, stream=stream.name)
    since = checkpoint.cursor
    generation = connector.generation(stream, since)
    if since.get("complete") == generation:
        return
    for batch in _batches(connector.read(stream, since)):
        with tenant_scope(required()):
            counts.changed += _store(connection, connector, stream, batch, generation)
            Checkpoint.objects.filter(id=checkpoint.id).update(cursor=dict(batch[-1].cursor), updated_at=now())
        counts.read += len(batch)
        tick(counts.read)
    with tenant_scope(required()):
        if stream.is_snapshot:
            counts.removed += remove(connection, stream.name, but_seen=generation)
        Checkpoint.objects.filter(id=checkpoint.id).update(cursor={"complete": generation}, updated_at=now())


def _store(
    connection: Connection, connector: Connector, stream: Stream, batch: Sequence[Record], generation: str
) -> int:
    """Keep the raw records, and rows for those that changed."""
    latest = {record.external_id: record for record in batch}
    rows = SourceRecord.objects.filter(connection=connection, stream=stream.name, external_id__in=latest)
    known = dict(rows.values_list("external_id", "content_hash"))
    hashes = {name: _hash(record) for name, record in latest.items()}
    changed = [record for name, record in latest.items() if known.get(name) != hashes[name]]
    upsert(
        connection,
        [(record.external_id, connector.canonical(stream, record.raw)) for record in changed],
    )
    SourceRecord.objects.bulk_create(
        [
            SourceRecord(
                connection=connection,
                stream=stream.name,
                external_id=name,
                raw=record.raw,
                content_hash=hashes[name],
                seen=generation,
            )
            for name, record in latest.items()
        ],
        update_conflicts=True,
        unique_fields=["tenant", "connection", "stream", "external_id"],
        update_fields=["raw", "content_hash", "seen"],
    )
    return len(changed)


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _hash(record: Record) -> str:
    return hashlib.sha256(json.dumps(record.raw, sort_keys=True, default=str).encode()).hexdigest()


def _finish(run: SyncRun, counts: Counts, *, state: str, error: str = "") -> None:
    with tenant_scope(required()):
        SyncRun.objects.filter(id=run.id).update(
            state=state,
            read=counts.read,
            changed=counts.changed,
            removed=counts.removed,
            error=error[:300],
            finished_at=now(),
        )
    log.info("crm.synced", state=state, read=counts.read, changed=counts.changed, removed=counts.removed)
