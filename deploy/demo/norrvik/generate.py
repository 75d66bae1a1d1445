"""Norrvik's customers, orders and tickets: the same invented shop every time.

Everything follows from the seed, the day and `catalogue.json` beside this file. Nothing here is a real person:
e-mail addresses end in example.com, .org or .net, telephone numbers lie in ranges that regulators keep for fiction.
Delivery is charged as `articles/delivery-times-and-prices.md` says.
"""

import csv
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

CUSTOMERS = 200
ORDERS = 600
TICKETS = 80
SHOP_AGE_DAYS = 900
FIRST_ORDER_DAYS = 540
CLOSING_TIME = time(18, 0)  # nothing is dated after this hour (UTC) of `today`
FREE_PARCEL_MINOR = 7900
SINGLE_PIECE_MINOR = 15000  # nobody orders two sofas
CATALOGUE = Path(__file__).with_name("catalogue.json")
TIERS = (("oak", 90000), ("pine", 30000), ("birch", 1))  # least goods in 365 days, euro cents; see norrvik-club.md

# Maria's orders by index, oldest first: two long delivered, one on its way, one being packed.
MARIA_ORDERS: Mapping[int, str] = {210: "delivered", 432: "delivered", 581: "shipped", 598: "processing"}

Row = dict[str, str]  # a customer or a ticket: every column is text
Record = dict[str, Any]  # a product, an order or its line, on the way to JSON; Any because values nest


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopData:
    """The whole shop, as rows. Oldest first in every list; timestamps are ISO 8601 in UTC."""

    customers: list[Row]
    orders: list[Record]
    products: list[Record]
    tickets: list[Row]


@dataclass(frozen=True, slots=True)
class Country:
    """Where customers live. `phone` is a pattern of a range kept for fiction, or empty where the country has none."""

    code: str
    cities: str
    phone: str
    parcel_minor: int
    furniture_minor: int


_COUNTRY_ROWS = (
    Country("SE", "Malmö Gothenburg Uppsala Umeå", "+46 8 465 004 ##", 490, 3900),
    Country("DK", "Copenhagen Aarhus Odense", "", 490, 3900),
    Country("FI", "Helsinki Tampere Turku", "", 490, 3900),
    Country("DE", "Hamburg Berlin Leipzig", "+49 30 23125 ###", 690, 5900),
    Country("NL", "Utrecht Groningen", "", 690, 5900),
    Country("IE", "Cork Galway", "+353 20 91# ####", 990, 7900),
    Country("FR", "Lyon Nantes Rennes", "+33 6 39 98 ## ##", 990, 7900),
    Country("GB", "Manchester Leeds Bristol", "+44 7700 900###", 1490, 11900),
    Country("NO", "Bergen Tromsø", "", 1490, 11900),
)
COUNTRIES: Mapping[str, Country] = {country.code: country for country in _COUNTRY_ROWS}

# Given names, family names, and the countries where such customers of ours mostly live.
NAMES: Sequence[tuple[str, str, str]] = (
    ("Astrid Nils Freja Gustav Linnea Henrik Saga Viggo", "Lindqvist Sjöberg Dahl Nygård Ekström Holmgren", "SE DK NO"),
    ("Aino Eero Helmi Väinö Silja Onni", "Mäkelä Rautio Heikkinen Salonen Koivisto", "FI SE"),
    ("Imogen Rhys Beatrice Callum Harriet Owen Tess", "Ashdown Pritchard Mercer Holloway Tindall Keane", "GB IE"),
    ("Anneliese Jürgen Friederike Matthias Käthe Bastian", "Brückner Vogelsang Reimann Möller Hartwig", "DE NL"),
    ("Camille Bastien Élodie Thibault Manon Rémi", "Garnier Lefèvre Chauvin Delacroix Marchand", "FR"),
    ("Wei Xiaoling Jianyu Meilin Haoran Yutong", "Zhang Chen Liu Huang Zhou Lin", "GB DE SE"),
    ("Chidinma Emeka Folake Tunde Amara Obinna", "Adeyemi Eze Balogun Nwosu Okonkwo", "GB IE NL"),
    ("Leyla Kerem Priya Arjun Salma Yusuf", "Demir Kaya Nair Kapoor Haddad Rahman", "DE GB SE NL"),
)
ASCII_LETTERS = str.maketrans("åäöüéè", "aaouee")
SUBJECTS: Mapping[str, Sequence[str]] = {
    "processing": ("Can I still change the delivery address?", "Please add a gift slip", "Please take one item off"),
    "shipped": ("Where is my parcel?", "Tracking has not moved since Monday", "Deliver to a neighbour instead"),
    "delivered": ("One piece arrived damaged", "Part missing in the box", "Exchange for another colour"),
    "returned": ("Refund not received yet", "Return label does not scan", "Delivery charge not refunded"),
    "cancelled": ("Why was my order cancelled?", "Gift card balance after cancellation"),
}


def generate(*, seed: int = 7, today: date = date(2026, 9, 30)) -> ShopData:
    """Invent the shop as it stands on the evening of `today`. Equal arguments give equal data."""
    rng = random.Random(seed)
    now = datetime.combine(today, CLOSING_TIME, tzinfo=UTC)
    products: list[Record] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    taken: set[str] = set()  # addresses and numbers that somebody has
    customers = [_invent_customer(rng, now, index, taken) for index in range(CUSTOMERS)]
    orders = [_invent_order(rng, now, index, customers, products) for index in range(ORDERS)]
    tickets = _invent_tickets(rng, now, orders)
    return ShopData(customers=_with_tiers(customers, orders, now), orders=orders, products=products, tickets=tickets)


def write(folder: Path) -> None:
    """Write customers.csv, orders.json (lines nested), products.json and tickets.csv, as a shop system exports them."""
    shop = generate()
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(folder / "customers.csv", shop.customers)
    _write_csv(folder / "tickets.csv", shop.tickets)
    for name, rows in (("orders.json", shop.orders), ("products.json", shop.products)):
        (folder / name).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _invent_customer(rng: random.Random, now: datetime, index: int, taken: set[str]) -> Row:
    """Maria first; she has been here longest. The others joined evenly until two days before `now`."""
    given, family, code = ("Maria", "Okafor", "GB") if index == 0 else _invent_person(rng)
    joined = now - timedelta(days=SHOP_AGE_DAYS - index * (SHOP_AGE_DAYS - 2) / CUSTOMERS)
    return {
        "id": f"C-{1001 + index}",
        "name": f"{given} {family}",
        "email": _invent_email(rng, given, family, taken),
        "phone": _invent_phone(rng, COUNTRIES[code].phone, taken),
        "city": rng.choice(COUNTRIES[code].cities.split()),
        "country": code,
        "created_at": _iso(joined),
        "updated_at": _iso(joined + (now - joined) * rng.random()),
    }


def _invent_order(
    rng: random.Random, now: datetime, index: int, customers: Sequence[Row], products: Sequence[Record]
) -> Record:
    """One order of the `index`-th moment; business grows, so recent orders lie closer together."""
    age = timedelta(days=FIRST_ORDER_DAYS * (1 - index / ORDERS) ** 1.5)
    placed = now - age
    known = [customer for customer in customers[1:] if customer["created_at"] < _iso(placed)]
    buyer = customers[0] if index in MARIA_ORDERS else rng.choice(known)
    status = MARIA_ORDERS.get(index) or _status_at(rng, age)
    lines = _invent_lines(rng, products)
    goods = sum(line["quantity"] * line["unit_price_minor"] for line in lines)
    shipping = _delivery_charge(COUNTRIES[buyer["country"]], lines, goods, products)
    changed = placed + min(age, timedelta(days=12)) * rng.uniform(0.3, 0.9)
    return {
        "id": f"NV-{240001 + index}",
        "customer_id": buyer["id"],
        "status": status,
        "currency": "EUR",
        "shipping_minor": shipping,
        "total_minor": goods + shipping,
        "placed_at": _iso(placed),
        "updated_at": _iso(changed),
        "tracking_number": "" if status in ("processing", "cancelled") else _fill(rng, "NVK#########"),
        "lines": lines,
    }


def _invent_lines(rng: random.Random, products: Sequence[Record]) -> list[Record]:
    lines: list[Record] = []
    for product in rng.sample(products, rng.choices((1, 2, 3, 4), (5, 4, 2, 1))[0]):
        variant = rng.choice(product["variants"])
        look = ", ".join(word for word in (variant.get("colour"), variant.get("size")) if word)
        name, price = f"{product['name']} ({look})", variant["price_minor"]
        quantity = rng.choices((1, 2, 4), (7, 2, 1))[0] if price < SINGLE_PIECE_MINOR else 1
        lines.append({"sku": variant["sku"], "name": name, "quantity": quantity, "unit_price_minor": price})
    return lines


def _delivery_charge(country: Country, lines: Sequence[Record], goods: int, products: Sequence[Record]) -> int:
    furniture = {v["sku"] for p in products if p["category"] == "Furniture" for v in p["variants"]}
    if any(line["sku"] in furniture for line in lines):
        return country.furniture_minor
    return 0 if goods >= FREE_PARCEL_MINOR else country.parcel_minor


def _status_at(rng: random.Random, age: timedelta) -> str:
    if age < timedelta(days=5):
        return "processing" if age < timedelta(days=1) else "shipped"
    return rng.choices(("delivered", "returned", "cancelled"), (86, 9, 5))[0]


def _invent_tickets(rng: random.Random, now: datetime, orders: Sequence[Record]) -> list[Row]:
    """Tickets about real orders of the shop, mostly recent ones; old tickets are solved."""
    about = sorted(rng.sample(range(ORDERS // 2, ORDERS), TICKETS))
    tickets: list[Row] = []
    for number, order in enumerate((orders[index] for index in about), start=5001):
        created = datetime.fromisoformat(order["updated_at"])
        open_for = (now - created) * 0.9
        status = "solved" if open_for > timedelta(days=9) else rng.choice(("open", "pending"))
        tickets.append(
            {
                "id": f"T-{number}",
                "customer_id": order["customer_id"],
                "order_id": order["id"],
                "subject": rng.choice(SUBJECTS[order["status"]]),
                "status": status,
                "created_at": _iso(created),
                "updated_at": _iso(created + min(open_for, timedelta(days=6)) * rng.random()),
            }
        )
    return tickets


def _with_tiers(customers: Sequence[Row], orders: Sequence[Record], now: datetime) -> list[Row]:
    """Customers with the tier that the goods delivered to them in the last 365 days have earned."""
    since = _iso(now - timedelta(days=365))
    spent: Counter[str] = Counter()
    for order in orders:
        if order["status"] == "delivered" and order["placed_at"] >= since:
            spent[order["customer_id"]] += order["total_minor"] - order["shipping_minor"]
    earned = {id_: next(tier for tier, least in TIERS if minor >= least) for id_, minor in spent.items()}
    return [{**customer, "loyalty_tier": earned.get(customer["id"], "birch")} for customer in customers]


def _invent_person(rng: random.Random) -> tuple[str, str, str]:
    given, family, countries = rng.choice(NAMES)
    return rng.choice(given.split()), rng.choice(family.split()), rng.choice(countries.split())


def _invent_email(rng: random.Random, given: str, family: str, taken: set[str]) -> str:
    """An address that nobody in `taken` has; adds it there. The first one, Maria's, ends in .com."""
    local = f"{given}.{family}".lower().translate(ASCII_LETTERS)
    domain = "com" if not taken else rng.choice(("com", "org", "net"))
    same = sum(address.rstrip("0123456789") == local for address in taken)
    unique = f"{local}{same + 1}" if same else local
    taken.add(unique)
    return f"{unique}@example.{domain}"


def _invent_phone(rng: random.Random, pattern: str, taken: set[str]) -> str:
    while (phone := _fill(rng, pattern)) in taken:
        pass
    if phone:
        taken.add(phone)
    return phone


def _fill(rng: random.Random, pattern: str) -> str:
    return "".join(str(rng.randrange(10)) if sign == "#" else sign for sign in pattern)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
