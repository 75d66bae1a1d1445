/** Every word that a person reads comes from `lang/*.json`. */
import type en from "./lang/en.json";

export type Key = keyof typeof en;
export type Params = Readonly<Record<string, string | number>>;

export type Words = Readonly<Partial<Record<Key, string>>>;

/** Filled at start, so that the widget carries only the language that is read. */
const WORDS: Record<string, Words> = {};

let locale = "en";

export function addWords(language: string, words: Words): void {
  WORDS[language] = words;
}

export function currentLocale(): string {
  return locale;
}

/** Speaks the first of `wanted` that we know (`zh-CN` is `zh`), else English. What is drawn must be drawn again. */
export function setLocale(...wanted: ReadonlyArray<string | null | undefined>): void {
  locale = wanted.map(baseOf).find((base) => base in WORDS) ?? "en";
}

/** The sentence for `key`; `{name}` is filled from `params`. */
export function t(key: Key, params: Params = {}): string {
  const words = WORDS[locale]?.[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** The sentence for a key made at run time, such as `error_` + code, or the fallback's when there is none. */
export function tOr(key: string, fallback: Key, params: Params = {}): string {
  return t(key in (WORDS[locale] ?? {}) ? (key as Key) : fallback, params);
}

/** The sentence for a key made at run time; empty when there is none. */
export function tIfAny(key: string): string {
  return key in (WORDS[locale] ?? {}) ? t(key as Key) : "";
}

/** The sentence for an error code: the part's own (`desk_error_…`) before the common one (`error_…`). */
export function sayError(code: string, prefix = "", fallback: Key = "error_other"): string {
  return tOr(`${prefix}error_${code}`, `error_${code}` in (WORDS[locale] ?? {}) ? (`error_${code}` as Key) : fallback);
}

/** Hours and minutes as the reader's language writes them; with the day when it was not today. */
export function formatTime(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const time: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
  const isToday = at.toDateString() === now.toDateString();
  return at.toLocaleString(locale, isToday ? time : { ...time, day: "numeric", month: "short" });
}

/** "3 min": how long ago `iso` was. */
export function formatWait(iso: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(iso)) / 60_000));
  if (minutes < 1) return t("common_wait_now");
  if (minutes < 60) return t("common_wait_minutes", { n: minutes });
  if (minutes < 60 * 24) return t("common_wait_hours", { n: Math.floor(minutes / 60) });
  return t("common_wait_days", { n: Math.floor(minutes / 60 / 24) });
}

function baseOf(tag: string | null | undefined): string {
  return tag?.toLowerCase().split(/[-_]/)[0] ?? "";
}
