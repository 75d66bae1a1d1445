"""Files of a shop become customers and orders: repeatably, resumably, and only from the folder that is meant for it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Job
from assistant.foundation.tenancy import bound, tenant_scope
from crm_integration.connections import connect_files
from crm_integration.connectors.base import ConfigError
from crm_integration.connectors.files import Files
from crm_integration.models import Checkpoint, Connection, Customer, Order, OrderLine, SourceRecord, SyncRun
from crm_integration.sync import engine
from crm_integration.sync.engine import Counts, sync
from tests.conftest import DATA, missing
from tests.factories import House

CUSTOMERS: dict[str, Any] = {
    "file": "customers.csv",
    "entity": "customer",
    "id": "id",
    "fields": {"name": "name", "email": "email"},
}
ORDERS: dict[str, Any] = {
    "file": "orders.json",
    "entity": "order",
    "id": "id",
    "fields": {"customer_external_id": "customer", "status": "status", "currency": "=EUR", "total_minor": "total"},
    "amounts_in_major_units": True,
    "lines": "lines",
    "line_fields": {"sku": "sku", "name": "name", "quantity": "n", "unit_price_minor": "price"},
}
RETAIL: dict[str, Any] = {
    "customers": {
        "file": "db.json",
        "inside": "users",
        "entity": "customer",
        "id": "user_id",
        "fields": {
            "name": "name.first_name + name.last_name",
            "email": "email",
            "city": "address.city",
            "country": "address.country",
        },
    },
    "orders": {
        "file": "db.json",
        "inside": "orders",
        "entity": "order",
        "id": "order_id",
        "fields": {
            "customer_external_id": "user_id",
            "status": "status",
            "currency": "=USD",
            "total_minor": "payment_history.0.amount",
            "tracking_number": "fulfillments.0.tracking_id.0",
        },
        "amounts_in_major_units": True,
        "lines": "items",
        "line_fields": {"sku": "item_id", "name": "name", "unit_price_minor": "price", "quantity": "quantity"},
    },
}


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.CRM_FILES = tmp_path / "files"
    (tmp_path / "files" / "shop").mkdir(parents=True)
    return tmp_path / "files" / "shop"


@pytest.fixture
def shop(alice: House, folder: Path) -> Connection:
    """450 customers and one order with two lines."""
    write_customers(folder, {f"c{n}": f"Customer {n}" for n in range(450)})
    write_orders(folder, [order("o1", 2)])
    with tenant_scope(alice.tenant.id):
        settings = {"folder": "shop", "streams": {"customers": CUSTOMERS, "orders": ORDERS}}
        return Connection.objects.create(name="Shop", connector="files", settings=settings)


def write_customers(folder: Path, names: dict[str, str]) -> None:
    with (folder / "customers.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "name", "email"])
        rows.writerows([name_id, name, f"{name_id}@example.com"] for name_id, name in names.items())


def order(name: str, lines: int, **changes: Any) -> dict[str, Any]:
    line = {"sku": "S", "name": "Chair", "n": 1, "price": "19.99"}
    return {"id": name, "customer": "c1", "status": "sent", "total": 19.99 * lines, "lines": [line] * lines} | changes


def write_orders(folder: Path, orders: list[dict[str, Any]]) -> None:
    (folder / "orders.json").write_text(json.dumps(orders))


def run(house: House, connection: Connection, tick: Callable[[int], None] = lambda read: None) -> Counts:
    with bound(house.tenant.id):
        return sync(connection, tick=tick)


def everything(house: House) -> list[Any]:
    with tenant_scope(house.tenant.id):
        return [
            list(Customer.objects.order_by("external_id").values_list("id", "external_id", "name", "email_print")),
            list(Order.objects.values_list("id", "external_id", "status", "total_minor")),
            list(OrderLine.objects.order_by("number").values_list("order_id", "number", "unit_price_minor")),
            list(SourceRecord.objects.order_by("stream", "external_id").values_list("id", "external_id")),
        ]


def test_rows_arrive_with_amounts_in_minor_units(alice: House, shop: Connection) -> None:
    assert run(alice, shop) == Counts(read=451, changed=451, removed=0)
    with tenant_scope(alice.tenant.id):
        found = Order.objects.get()
        assert (found.total_minor, found.currency, found.customer_external_id) == (3_998, "EUR", "c1")
        assert [line.unit_price_minor for line in found.lines.all()] == [1_999, 1_999]
        assert SyncRun.objects.get().state == "done"


def test_a_repeat_changes_nothing(alice: House, shop: Connection) -> None:
    run(alice, shop)
    before = everything(alice)
    assert run(alice, shop) == Counts()
    with tenant_scope(alice.tenant.id):
        Checkpoint.objects.all().delete()  # also when everything is read again
    assert run(alice, shop) == Counts(read=451, changed=0, removed=0)
    assert everything(alice) == before


def test_a_changed_row_is_changed_and_only_that_one(alice: House, shop: Connection, folder: Path) -> None:
    run(alice, shop)
    before = everything(alice)[0]
    write_customers(folder, {f"c{n}": "Renamed" if n == 7 else f"Customer {n}" for n in range(450)})
    write_orders(folder, [order("o1", 1, status="delivered")])
    assert run(alice, shop) == Counts(read=451, changed=2, removed=0)
    customers, orders, lines, _ = everything(alice)
    assert [new[1:3] for new, old in zip(customers, before, strict=True) if new != old] == [("c7", "Renamed")]
    assert (orders[0][2], len(lines)) == ("delivered", 1)


def test_a_row_that_went_is_removed(alice: House, shop: Connection, folder: Path) -> None:
    run(alice, shop)
    write_customers(folder, {f"c{n}": f"Customer {n}" for n in range(449)})
    write_orders(folder, [])
    assert run(alice, shop).removed == 2
    with tenant_scope(alice.tenant.id):
        assert not Customer.objects.filter(external_id="c449").exists()
        assert not OrderLine.objects.exists()
        assert Customer.objects.count() == 449


def test_a_sync_that_died_between_batches_goes_on_where_it_was(alice: House, shop: Connection) -> None:
    def die(read: int) -> None:
        raise OSError("the machine went away")

    with pytest.raises(OSError, match="went away"):
        run(alice, shop, die)
    with tenant_scope(alice.tenant.id):
        # Rows and checkpoint are from the same transaction.
        assert Customer.objects.count() == engine.BATCH
        assert Checkpoint.objects.get().cursor["rows"] == engine.BATCH
        assert SyncRun.objects.get().state == "failed"
    assert run(alice, shop) == Counts(read=451 - engine.BATCH, changed=451 - engine.BATCH, removed=0)
    with tenant_scope(alice.tenant.id):
        assert Customer.objects.count() == 450
        assert SourceRecord.objects.count() == 451


def test_a_batch_that_fails_leaves_neither_rows_nor_checkpoint(alice: House, shop: Connection, folder: Path) -> None:
    write_orders(folder, [order("o1", 1), order("o2", 1, total="a lot")])
    with pytest.raises(ConfigError, match="not a number"):
        run(alice, shop)
    with tenant_scope(alice.tenant.id):
        assert not Order.objects.exists()
        assert not Checkpoint.objects.get(stream="orders").cursor
        assert "not a number" in SyncRun.objects.get().error


def test_the_same_id_twice_in_a_file_is_one_row(alice: House, shop: Connection, folder: Path) -> None:
    write_orders(folder, [order("o1", 1), order("o1", 2, status="late")])
    run(alice, shop)
    with tenant_scope(alice.tenant.id):
        assert [(found.status, found.lines.count()) for found in Order.objects.all()] == [("late", 2)]


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({}, "required"),
        ({"folder": "../secrets", "streams": {}}, "pattern"),
        ({"folder": "/etc", "streams": {}}, "pattern"),
        ({"folder": "shop/../..", "streams": {}}, "pattern"),
        ({"folder": "shop", "streams": {"x": CUSTOMERS | {"file": "../../passwd.csv"}}}, "pattern"),
        ({"folder": "shop", "streams": {"x": CUSTOMERS | {"file": "/etc/passwd"}}}, "pattern"),
        ({"folder": "shop", "streams": {"x": CUSTOMERS | {"file": "nothere.csv"}}}, "nothere.csv"),
        ({"folder": "shop", "streams": {"x": CUSTOMERS | {"entity": "user"}}}, "customer"),
        ({"folder": "elsewhere", "streams": {"x": CUSTOMERS}}, "elsewhere"),
    ],
    ids=range(9),
)
def test_wrong_settings_say_what_to_mend(folder: Path, config: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Files(config).check()


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("id,name,email\nx,Secret,x@example.com\n")
    (folder / "customers.csv").symlink_to(tmp_path / "outside.csv")
    with pytest.raises(ConfigError):
        Files({"folder": "shop", "streams": {"x": CUSTOMERS}}).check()


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "not valid JSON"), ('[{"no": "id"}]', "no id"), ("7", "no rows"), ('["x"]', "no id")],
)
def test_a_broken_file_says_what_is_wrong(alice: House, folder: Path, shop: Connection, text: str, says: str) -> None:
    (folder / "orders.json").write_text(text)
    with pytest.raises(ConfigError, match=says):
        run(alice, shop)


def test_the_job_of_a_wrong_connection_is_dead_and_says_why(alice: House, folder: Path) -> None:
    job = connect_files(alice.tenant.id, name="Shop", folder="nowhere")
    run_job(alice.tenant.id, job.id)
    with tenant_scope(alice.tenant.id):
        found = Job.objects.get(id=job.id)
    assert (found.state, "nowhere" in found.error) == (Job.DEAD, True)


def test_two_connections_may_use_the_same_ids(alice: House, shop: Connection) -> None:
    with tenant_scope(alice.tenant.id):
        other = Connection.objects.create(name="Other", connector="files", settings=shop.settings)
    run(alice, shop)
    run(alice, other)
    with tenant_scope(alice.tenant.id):
        assert Customer.objects.count() == 900


def test_a_public_retail_database_is_read_with_a_mapping_alone(alice: House, folder: Path) -> None:
    source = DATA / "retail" / "db.json"
    if not source.exists():
        missing("shared/data/retail/db.json", "copy the shared data folder beside the checkout")
    (folder / "db.json").write_bytes(source.read_bytes())
    job = connect_files(alice.tenant.id, name="Retail", folder="shop", streams=RETAIL)
    run_job(alice.tenant.id, job.id)
    with tenant_scope(alice.tenant.id):
        assert Job.objects.get(id=job.id).error == ""
        assert (Customer.objects.count(), Order.objects.count()) == (500, 1_000)
        noah = Customer.objects.get(external_id="noah_brown_6181")
        assert (noah.name, noah.city, noah.country) == ("Noah Brown", "Denver", "USA")
        found = Order.objects.get(external_id="#W2611340")
        assert (found.total_minor, found.currency, found.tracking_number) == (53_665, "USD", "357962501027")
        assert sorted(line.unit_price_minor for line in found.lines.all()) == [4_784, 48_881]
        raw = json.loads(source.read_text())["orders"]
        assert OrderLine.objects.count() == sum(len(row["items"]) for row in raw.values())
