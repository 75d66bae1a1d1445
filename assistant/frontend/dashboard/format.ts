/** Money, dates, names and states as the reader's language writes them. */
import type { Row } from "../shared/frames";
import { currentLocale, t, tOr } from "../shared/lang";
import type { Thread } from "../shared/thread";

/** `minor` in minor units: how many make one unit depends on the currency (yen have none). */
export function formatMoney(minor: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat(currentLocale(), { style: "currency", currency });
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return `${(minor / 100).toFixed(2)} ${currency}`; // Not a currency that the browser knows.
  }
}

export function formatDate(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return at.toLocaleDateString(currentLocale(), { day: "numeric", month: "short", year: "numeric" });
}

/** A state of an order or a ticket; one that we have no word for is shown as it came. */
export function nameStatus(status: string): string {
  return tOr(`desk_status_${status}`, "desk_status_other", { status: status.replace(/_/g, " ") });
}

const TONES: Readonly<Record<string, string>> = {
  delivered: "good",
  closed: "quiet",
  solved: "good",
  shipped: "busy",
  open: "busy",
  processing: "busy",
  paid: "busy",
  pending: "wait",
  returned: "wait",
  refunded: "wait",
  cancelled: "bad",
};

export function toneOf(status: string): string {
  return TONES[status] ?? "quiet";
}

/** `DATE_OF_BIRTH` in words; a kind of the tenant's own, such as `POLICY_NUMBER`, becomes "Policy number". */
export function nameKind(kind: string): string {
  const words = kind.toLowerCase().replace(/_/g, " ");
  return tOr(`desk_kind_${kind.toLowerCase()}`, "desk_kind_other", {
    kind: words.charAt(0).toUpperCase() + words.slice(1),
  });
}

/** Was the value destroyed instead of kept? Then there is nothing behind `PASSWORD_0`. */
export function isDestroyed(label: string): boolean {
  return label.endsWith("_0");
}

/** `EMAIL_2` in words: "E-mail 2"; the first of its kind needs no number, and of number 0 nothing is left. */
export function namePlaceholder(label: string): string {
  const [, kind = label, number = "1"] = /^(.*)_(\d+)$/.exec(label) ?? [];
  const name = nameKind(kind);
  if (isDestroyed(label)) return t("desk_removed", { kind: name });
  return number === "1" ? name : `${name} ${number}`;
}

const LABEL = /<([A-Z][A-Z_]{0,30}_\d{1,4})>/g;

/** The placeholders of a conversation that something is behind, each once. */
export function hiddenIn({ entries }: Thread): string[] {
  const found = entries.flatMap(({ text }) => [...text.matchAll(LABEL)].map((match) => match[1] ?? ""));
  return [...new Set(found)].filter((label) => !isDestroyed(label));
}

/** Text for places where nothing can be revealed: `<EMAIL_1>` becomes `‹E-mail›`. */
export function withoutBrackets(text: string): string {
  return text.replace(LABEL, (_, label: string) => `‹${namePlaceholder(label)}›`);
}

export function nameContact(row: Row | null): string {
  return row?.contact ? withoutBrackets(row.contact) : t("desk_visitor");
}

/** A language in the reader's own; a tag that the browser does not know is shown as it came. */
export function nameLanguage(tag: string): string {
  try {
    return new Intl.DisplayNames([currentLocale()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
