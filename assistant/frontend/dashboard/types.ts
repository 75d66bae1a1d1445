/** What the REST API answers (`/api/v1/`). Amounts are in minor units with the currency beside. */
import type { Row } from "../shared/frames";

export interface Me {
  member: string | null;
  name: string;
  email: string;
  role: string;
  may: string[];
  tenant: { slug: string; name: string };
}

export interface RowPage {
  results: Row[];
  next: string | null;
  /** How many there are by state, and of those that wait and those that are mine. */
  counts: Record<Row["state"] | "waiting" | "mine", number>;
}

/** `about` is what its customer wrote first; `score` is 1 for the same. */
export interface SimilarConversation extends Row {
  about: string;
  score: number;
}

export const FILTERS = ["all", "waiting", "mine", "assistant", "resolved"] as const;
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

export type Treatment = "keep" | "placeholder" | "destroy";

export interface Pattern {
  name: string;
  kind: string;
  pattern: string;
}

/** The tenant's privacy policy. */
export interface Policy {
  treatments: Readonly<Record<string, Treatment>>;
  defaults: Readonly<Record<string, Treatment>>;
  patterns: readonly Pattern[];
  allowed: readonly string[];
  must_give_reason: boolean;
  retention_days: number;
  name_model: string;
  /** Larger models that this installation offers. */
  name_models: readonly string[];
  version: string;
  limits: Readonly<Record<string, number>>;
}

/** How an own pattern does: why it is refused (empty if it is not), and how often it matches. */
export interface PatternTrial {
  refused: "" | "kind" | "length" | "syntax" | "empty" | "slow";
  detail: string;
  matches: number;
}

/** What a policy would do to a text. */
export interface Trial {
  text: string;
  spans: { kind: string; placeholder: string; treatment: "placeholder" | "destroy" }[];
  destroyed: string[];
  patterns: PatternTrial[];
}

export type Style = "shorter" | "friendlier" | "translate";

/** Where a sentence of a text comes from; a message has a place in its conversation instead of a title. */
export interface TextSource {
  kind: "document" | "pair" | "message";
  id: string;
  title: string;
  sequence: number;
}

/** A text for an agent to read and mend; empty when nothing that is known answers. */
export interface Made {
  title: string;
  text: string;
  sources: TextSource[];
  /** Sentences of the model that did not pass the checks. */
  dropped: number;
  /** By the model, or by quoting. */
  way: "generated" | "extractive";
  /** Of an article: contacts that the answers in it were for; none: all. */
  segments: string[];
}

/** How much there was of an erased person. */
export interface Erasure {
  contacts: number;
  conversations: number;
  values: number;
}

export interface CustomerCard {
  customer: Customer | null;
  orders: Order[];
  tickets: Ticket[];
}
