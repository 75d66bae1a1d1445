/** One order: number, state, total; its lines and its parcel when opened. */
import type { JSX } from "preact";
import { t } from "../../shared/lang";
import { formatDate, formatMoney, nameStatus, toneOf } from "../format";
import type { Order } from "../types";

export function OrderView({ order }: { order: Order }): JSX.Element {
  return (
    <li>
      <details class="card">
        <summary>
          <span class="card-head">
            <b>#{order.id}</b>
            <span class={`chip chip-${toneOf(order.status)}`}>{nameStatus(order.status)}</span>
          </span>
          <span class="card-foot">
            <span>{formatDate(order.placed_at)}</span>
            <span class="money">{formatMoney(order.total_minor, order.currency)}</span>
          </span>
        </summary>
        <ul class="lines">
          {order.lines.map((line) => (
            <li key={line.name}>
              <span dir="auto">
                {line.quantity} × {line.name}
              </span>
              <span class="money">{formatMoney(line.unit_price_minor * line.quantity, order.currency)}</span>
            </li>
          ))}
        </ul>
        {order.lines.length === 0 && <p class="hint">{t("desk_no_lines")}</p>}
        {order.tracking_number && <p class="hint">{t("desk_tracking", { number: order.tracking_number })}</p>}
      </details>
    </li>
  );
}
