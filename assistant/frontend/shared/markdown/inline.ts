/**
 * Inline Markdown -> tree, in time linear in its input (a search that failed is not repeated).
 * Raw HTML is not known here: `<b>` is four characters of text.
 */
import type { Inline } from "./tree";

const MAX_NESTING = 6;
const BARE_LINK = /^https?:\/\/[^\s<>"'`，。；：！？）】」]+/;
const NAMED_LINK = /^!?\[([^[\]\n]{0,400})\]\(([^\s()<>]{1,2000})\)/;
const CITE = /^\[(\d{1,2})\]/;
const PLACEHOLDER = /^<([A-Z][A-Z_]{0,30}_\d{1,4})>/;
const SPECIAL = /[\\`*_[!<\nh]/g;

interface Scan {
  text: string;
  /** The text still grows: an unclosed mark reaches to its end instead of standing there as an asterisk. */
  isOpen: boolean;
  depth: number;
  /** Closing marks that do not occur any more. */
  missing: Set<string>;
}

export function parseInline(text: string, isOpen = false, depth = 0): Inline[] {
  const scan: Scan = { text: isOpen ? hideUnfinished(text) : text, isOpen, depth, missing: new Set() };
  const out: Inline[] = [];
  let plainFrom = 0;
  let at = 0;
  while (at < scan.text.length) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(scan.text);
    if (!next) break;
    const found = readMark(scan, next.index);
    at = found?.end ?? next.index + 1;
    if (!found) continue;
    addText(out, scan.text.slice(plainFrom, next.index));
    out.push(found.node);
    plainFrom = at;
  }
  addText(out, scan.text.slice(plainFrom));
  return out;
}

/** A link or a citation that is only half there: shows its words, not its marks. */
function hideUnfinished(text: string): string {
  return text.replace(/!?\[([^[\]\n]{0,400})(?:\]\([^)\s]{0,2000})?$/, (_, label: string) => {
    return /^\d*$/.test(label) ? "" : label;
  });
}

function addText(out: Inline[], text: string): void {
  if (text) out.push({ t: "text", text });
}

interface Found {
  node: Inline;
  end: number;
}

function readMark(scan: Scan, at: number): Found | null {
  const { text } = scan;
  const head = text.charAt(at);
  switch (head) {
    case "\n":
      return { node: { t: "break" }, end: at + 1 };
    case "\\":
      return /[\\`*_[\]<>#|!-]/.test(text.charAt(at + 1))
        ? { node: { t: "text", text: text.charAt(at + 1) }, end: at + 2 }
        : null;
    case "`":
      return readCode(scan, at);
    case "*":
    case "_":
      return readEmphasis(scan, at, head);
    case "<":
      return readMatch(PLACEHOLDER, text, at, (match) => ({ t: "placeholder", label: match[1] ?? "" }));
    case "h":
      return readBareLink(text, at);
    default:
      return (
        readMatch(NAMED_LINK, text, at, (match) => readNamedLink(match, scan.depth)) ??
        readMatch(CITE, text, at, (match) => ({ t: "cite", n: Number(match[1]) }))
      );
  }
}

function readMatch(pattern: RegExp, text: string, at: number, make: (match: RegExpExecArray) => Inline): Found | null {
  const match = pattern.exec(text.slice(at, at + 2_500));
  return match ? { node: make(match), end: at + match[0].length } : null;
}

function readNamedLink(match: RegExpExecArray, depth: number): Inline {
  const label = match[1] ?? "";
  // An image is only its description: a picture's address would tell its host who reads it.
  if (match[0].startsWith("!")) return { t: "text", text: label };
  const children = depth < MAX_NESTING ? parseInline(label, false, depth + 1) : [{ t: "text" as const, text: label }];
  return { t: "link", href: match[2] ?? "", children };
}

function readBareLink(text: string, at: number): Found | null {
  if (/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return null;
  return readTrimmed(BARE_LINK.exec(text.slice(at, at + 2_000))?.[0], at);
}

function readTrimmed(address: string | undefined, at: number): Found | null {
  if (!address) return null;
  let href = address.replace(/[.,;:!?*_]+$/, "");
  if (href.endsWith(")") && !href.includes("(")) href = href.slice(0, -1);
  return { node: { t: "link", href, children: [{ t: "text", text: href }] }, end: at + href.length };
}

function readCode(scan: Scan, at: number): Found | null {
  const fence = scan.text.startsWith("``", at) ? "``" : "`";
  const from = at + fence.length;
  const close = findClose(scan, fence, from, () => true);
  if (close === null || close === from) return null;
  return { node: { t: "code", text: scan.text.slice(from, close).trim() }, end: close + fence.length };
}

function readEmphasis(scan: Scan, at: number, head: "*" | "_"): Found | null {
  const { text, depth } = scan;
  const mark = text.charAt(at + 1) === head ? head + head : head;
  const from = at + mark.length;
  const isInWord = head === "_" && isWord(text.charAt(at - 1));
  if (depth >= MAX_NESTING || isInWord || !/\S/.test(text.charAt(from)) || text.charAt(from) === head) return null;
  const close = findClose(scan, mark, from, (index) => {
    if (!/\S/.test(text.charAt(index - 1))) return false;
    if (head === "_" && isWord(text.charAt(index + mark.length))) return false;
    return mark.length === 2 || (text.charAt(index - 1) !== head && text.charAt(index + 1) !== head);
  });
  if (close === null || close === from) return null;
  const isOpen = scan.isOpen && close === text.length;
  const children = parseInline(text.slice(from, close), isOpen, depth + 1);
  return { node: { t: mark.length === 2 ? "strong" : "em", children }, end: close + mark.length };
}

function findClose(scan: Scan, mark: string, from: number, fits: (index: number) => boolean): number | null {
  if (!scan.missing.has(mark)) {
    for (let at = scan.text.indexOf(mark, from); at !== -1; at = scan.text.indexOf(mark, at + 1)) {
      if (fits(at)) return at;
    }
    scan.missing.add(mark);
  }
  // A lone asterisk may as well be a multiplication sign; only sure marks are taken as unfinished.
  return scan.isOpen && mark !== "*" && mark !== "_" ? scan.text.length : null;
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}
