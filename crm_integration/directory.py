"""Customers as conversations need them (implements `ports.CustomerDirectory`)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from assistant.foundation.clock import wire
from assistant.ports import CustomerCard
from crm_integration.models import ContactLink, Customer, Order, Ticket

ORDERS_SHOWN = 10


class SyncedDirectory:
    """Looks in the synchronised rows."""

    def card(self, contact_id: UUID) -> CustomerCard | None:
        """The customer whose verified e-mail this contact has; None without one, or when two share it."""
        customer = _customer_of(contact_id)
        if customer is None:
            return None
        return CustomerCard(
            customer={
                "id": customer.external_id,
                "name": customer.name,
                "email": customer.email,
                "phone": customer.phone,
                "city": customer.city,
                "country": customer.country,
                "loyalty_tier": customer.loyalty_tier,
                "since": wire(customer.since) if customer.since else None,
                "source": customer.connection.name,
            },
            orders=tuple(_order(order) for order in _orders_of(customer)),
            tickets=tuple(_ticket(ticket) for ticket in _tickets_of(customer)),
        )

    def known(self, contact_id: UUID) -> Sequence[tuple[str, str]]:
        """What the redactor shall find whatever its patterns say."""
        customer = _customer_of(contact_id)
        if customer is None:
            return ()
        return (("PERSON", customer.name), ("EMAIL", customer.email), ("PHONE", customer.phone))


def _customer_of(contact_id: UUID) -> Customer | None:
    link = ContactLink.objects.filter(contact_id=contact_id).first()
    if link is None:
        return None
    found = list(Customer.objects.filter(email_print=link.email_print).select_related("connection")[:2])
    return found[0] if len(found) == 1 else None


def _orders_of(customer: Customer) -> list[Order]:
    rows = Order.objects.filter(connection=customer.connection, customer_external_id=customer.external_id)
    return list(rows.prefetch_related("lines").order_by("-placed_at", "-external_id")[:ORDERS_SHOWN])


def _tickets_of(customer: Customer) -> list[Ticket]:
    rows = Ticket.objects.filter(connection=customer.connection, customer_external_id=customer.external_id)
    return list(rows.order_by("-created_at", "-external_id")[:ORDERS_SHOWN])


def _order(order: Order) -> dict[str, object]:
    return {
        "id": order.external_id,
        "status": order.status,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "placed_at": wire(order.placed_at) if order.placed_at else None,
        "tracking_number": order.tracking_number,
        "lines": [
            {"name": line.name, "quantity": line.quantity, "unit_price_minor": line.unit_price_minor}
            for line in sorted(order.lines.all(), key=lambda line: line.number)
        ],
    }


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        "id": ticket.external_id,
        "subject": ticket.subject,
        "status": ticket.status,
        "created_at": wire(ticket.created_at) if ticket.created_at else None,
    }
