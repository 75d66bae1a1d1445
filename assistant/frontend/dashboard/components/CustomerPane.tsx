/** Who writes: what the CRM knows, the orders, the tickets; or honestly nothing yet. */
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { BACK, VERIFIED } from "../../shared/icons";
import { sayError, t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { formatDate, nameContact, nameLanguage } from "../format";
import type { Customer, CustomerCard } from "../types";
import { AlikeView } from "./AlikeView";
import { ErasePerson } from "./ErasePerson";
import { OrderView } from "./OrderView";
import { TicketView } from "./TicketView";

export function CustomerPane({ client }: { client: DeskClient }): JSX.Element {
  return (
    <section class="pane customer-pane" aria-label={t("desk_customer")}>
      <button
        type="button"
        class="icon-button only-middle"
        aria-label={t("desk_back_to_thread")}
        onClick={() => {
          client.page.value = "thread";
        }}
      >
        <Icon path={BACK} />
      </button>
      {client.selected.value === null ? <p class="hint">{t("desk_customer_hint")}</p> : <Content client={client} />}
    </section>
  );
}

function Content({ client }: { client: DeskClient }): JSX.Element {
  const state = client.customer.state.value;
  const row = client.row.value;
  const isClosed = client.me.value !== null && !client.may("see_customers");
  return (
    <>
      <section>
        <h2>{t("desk_contact")}</h2>
        <p class="who" dir="auto">
          {nameContact(row)}
        </p>
        <p class={row?.is_verified ? "proof is-proven" : "proof"}>
          {row?.is_verified && <Icon path={VERIFIED} />}
          {row?.is_verified ? t("desk_verified") : t("desk_not_verified")}
        </p>
        {row && <Fact name={t("desk_inbox")} value={row.inbox} />}
        {row && <Fact name={t("desk_language")} value={nameLanguage(row.language)} />}
      </section>
      {isClosed && <p class="hint">{t("desk_customer_not_yours")}</p>}
      {!isClosed && state === null && <p class="hint">{t("desk_loading")}</p>}
      {!isClosed && state && "error" in state && (
        <p class="hint">
          {sayError(state.error, "desk_")}{" "}
          <button type="button" class="link" onClick={() => void client.loadCard()}>
            {t("common_try_again")}
          </button>
        </p>
      )}
      {state && "card" in state && <Known card={state.card} />}
      <AlikeView client={client} />
      {row && <ErasePerson key={row.id} client={client} />}
    </>
  );
}

function Known({ card }: { card: CustomerCard }): JSX.Element {
  if (!card.customer) {
    return (
      <section class="unknown">
        <h2>{t("desk_unknown")}</h2>
        <p class="hint">{t("desk_unknown_hint")}</p>
      </section>
    );
  }
  return (
    <>
      <Facts customer={card.customer} />
      <Shelf title={t("desk_orders")} count={card.orders.length} none={t("desk_no_orders")}>
        {card.orders.map((order) => (
          <OrderView key={order.id} order={order} />
        ))}
      </Shelf>
      <Shelf title={t("desk_tickets")} count={card.tickets.length} none={t("desk_no_tickets")}>
        {card.tickets.map((ticket) => (
          <TicketView key={ticket.id} ticket={ticket} />
        ))}
      </Shelf>
    </>
  );
}

function Facts({ customer }: { customer: Customer }): JSX.Element {
  const place = [customer.city, customer.country].filter(Boolean).join(", ");
  return (
    <section>
      <h2>
        {t("desk_customer")}
        {customer.loyalty_tier && <span class="chip chip-tier">{customer.loyalty_tier}</span>}
      </h2>
      <p class="who" dir="auto">
        {customer.name}
      </p>
      <Fact name={t("desk_email")} value={customer.email} />
      <Fact name={t("desk_phone")} value={customer.phone} />
      <Fact name={t("desk_place")} value={place} />
      <Fact name={t("desk_since")} value={customer.since && formatDate(customer.since)} />
      <Fact name={t("desk_source")} value={customer.source} />
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string | null }): JSX.Element | null {
  if (!value) return null;
  return (
    <p class="fact">
      <span>{name}</span>
      <b dir="auto">{value}</b>
    </p>
  );
}

interface ShelfProps {
  title: string;
  count: number;
  none: string;
  children: ComponentChildren;
}

function Shelf({ title, count, none, children }: ShelfProps): JSX.Element {
  return (
    <section>
      <h2>
        {title} {count > 0 && <span class="count">{count}</span>}
      </h2>
      {count > 0 ? <ul class="shelf">{children}</ul> : <p class="hint">{none}</p>}
    </section>
  );
}
