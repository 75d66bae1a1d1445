/** What the REST API answers (`/api/v1/`). Amounts are in minor units with the currency beside. */
import type { Row } from "../shared/frames";

export interface Me {
  member: string;
  name: string;
  email: string;
  role: string;
  may: string[];
  tenant: { slug: string; name: string };
}

export type Counts = Readonly<Record<Filter, number>>;

export interface RowPage {
  results: Row[];
  next: string | null;
  counts?: Counts;
}

export const FILTERS = ["all", "queued", "mine", "assistant", "resolved"] as const;
export type Filter = (typeof FILTERS)[number];

export interface Customer {
  name: string;
  email: string | null;
  phone: string | null;
  city: string | null;
  country: string | null;
  loyalty_tier: string | null;
  since: string | null;
  source: string | null;
}

export interface OrderLine {
  name: string;
  quantity: number;
  unit_price_minor: number;
}

export interface Order {
  id: string;
  status: string;
  currency: string;
  total_minor: number;
  placed_at: string;
  tracking_number: string | null;
  lines: OrderLine[];
}

export interface Ticket {
  id: string;
  subject: string;
  status: string;
  created_at: string;
}

export interface CustomerCard {
  customer: Customer | null;
  orders: Order[];
  tickets: Ticket[];
}
