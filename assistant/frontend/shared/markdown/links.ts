/** Which links of a message may be opened: a rule that holds whatever was written. */
import type { Author, Cite } from "../frames";

export type LinkRule = (href: string) => boolean;

/** Agents may link anywhere on the web; the assistant only to what it cites; contacts and the system nowhere. */
export function linkRule(from: Author["kind"], cites: readonly Cite[]): LinkRule {
  if (from === "agent") return isSafe;
  if (from !== "assistant") return () => false;
  const cited = new Set(cites.flatMap((cite) => [cite.url, withoutFragment(cite.url)]));
  return (href) => isSafe(href) && cited.has(href);
}

/** An absolute web or mail address; never script, data or a relative path. */
export function isSafe(href: string): boolean {
  return /^(https?:\/\/[^\s/]|mailto:[^\s])/i.test(href);
}

function withoutFragment(url: string): string {
  return url.replace(/#.*$/, "");
}
