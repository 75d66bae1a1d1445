/** What the contact said and the server has not confirmed: at most 50, in order, kept over reloads. */
import { readStoredJson, writeStored } from "../shared/storage";

export const MOST_ITEMS = 50;

export interface OutboxItem {
  id: string;
  kind: "msg" | "human";
  text: string;
  at: string;
}

/**
 * The items that may be sent now. Messages go one at a time, each after the ack of the one before it, so that their
 * order survives any loss; a wish for a person does not hold the line up.
 */
export function nextToSend(items: readonly OutboxItem[], inFlight: ReadonlySet<string>): OutboxItem[] {
  const out: OutboxItem[] = [];
  for (const item of items) {
    if (!inFlight.has(item.id)) out.push(item);
    if (item.kind === "msg") break;
  }
  return out;
}

export class Outbox {
  private readonly inFlight = new Set<string>();

  constructor(private readonly key: string) {}

  /** Read from storage each time: another tab of this visitor shares it. */
  get items(): readonly OutboxItem[] {
    return Object.values(readStoredJson(this.key, {}, isItems));
  }

  get isFull(): boolean {
    return this.items.length >= MOST_ITEMS;
  }

  has(id: string): boolean {
    return this.items.some((item) => item.id === id);
  }

  add(item: OutboxItem): void {
    this.write([...this.items, item].slice(0, MOST_ITEMS));
  }

  remove(...ids: readonly string[]): void {
    for (const id of ids) this.inFlight.delete(id);
    if (ids.some((id) => this.has(id))) this.write(this.items.filter((item) => !ids.includes(item.id)));
  }

  clear(): void {
    this.inFlight.clear();
    this.write([]);
  }

  /** Items to put on the wire now; they count as sent until `rewind` or an answer. */
  take(): OutboxItem[] {
    const items = nextToSend(this.items, this.inFlight);
    for (const item of items) this.inFlight.add(item.id);
    return items;
  }

  /** Nothing is on the wire any more (a new socket), or only `id` is not (it was turned away). */
  rewind(id?: string): void {
    if (id === undefined) this.inFlight.clear();
    else this.inFlight.delete(id);
  }

  private write(items: readonly OutboxItem[]): void {
    // Not as an array: there are pages with an `Array.prototype.toJSON` of their own.
    writeStored(this.key, items.length ? JSON.stringify({ ...items }) : null);
  }
}

function isItems(value: unknown): value is Record<string, OutboxItem> {
  return Object.values(value ?? {}).every((item: OutboxItem) => typeof item?.id === "string");
}
