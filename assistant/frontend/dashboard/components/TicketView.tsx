/** One ticket of the CRM. */
import type { JSX } from "preact";
import { formatDate, nameStatus, toneOf } from "../format";
import type { Ticket } from "../types";

export function TicketView({ ticket }: { ticket: Ticket }): JSX.Element {
  return (
    <li class="card">
      <span class="card-head">
        <b dir="auto">{ticket.subject}</b>
        <span class={`chip chip-${toneOf(ticket.status)}`}>{nameStatus(ticket.status)}</span>
      </span>
      <span class="card-foot">
        <span>{ticket.id}</span>
        <span>{formatDate(ticket.created_at)}</span>
      </span>
    </li>
  );
}
