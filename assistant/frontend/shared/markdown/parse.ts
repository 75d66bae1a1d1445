/** Markdown -> tree of blocks, line by line; made for texts that grow while they are read. */
import { parseInline } from "./inline";
import type { Block } from "./tree";

const MAX_NESTING = 4;
const FENCE = /^ {0,3}(```|~~~)/;
const HEADING = /^#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+•]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^\s*>\s?(.*)$/;
const TABLE_LINE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

class Lines {
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  peek(ahead = 0): string | null {
    return this.lines[this.at + ahead] ?? null;
  }

  take(): string {
    return this.lines[this.at++] ?? "";
  }

  /** Lines as long as `fits` holds. */
  takeWhile(fits: (line: string) => boolean): string[] {
    const from = this.at;
    while (this.at < this.lines.length && fits(this.lines[this.at] ?? "")) this.at++;
    return this.lines.slice(from, this.at);
  }

  get isAtEnd(): boolean {
    return this.at >= this.lines.length;
  }
}

export function parseMarkdown(text: string, isOpen = false, depth = 0): Block[] {
  const lines = new Lines(text.replace(/\r\n?/g, "\n").split("\n"));
  const blocks: Block[] = [];
  while (!lines.isAtEnd) {
    const block = readBlock(lines, isOpen, depth);
    if (block) blocks.push(block);
  }
  return blocks;
}

function readBlock(lines: Lines, isOpen: boolean, depth: number): Block | null {
  const line = lines.peek() ?? "";
  if (!line.trim()) {
    lines.take();
    return null;
  }
  const fence = FENCE.exec(line);
  if (fence) return readCode(lines, fence[1] ?? "```");
  const heading = HEADING.exec(line);
  if (heading) {
    lines.take();
    return { t: "heading", children: parseInline(heading[1] ?? "", isOpen && lines.isAtEnd) };
  }
  if (RULE.test(line)) {
    lines.take();
    return { t: "rule" };
  }
  if (depth < MAX_NESTING && ITEM.test(line)) return readList(lines, isOpen, depth);
  if (depth < MAX_NESTING && QUOTE.test(line)) return readQuote(lines, isOpen, depth);
  if (startsTable(lines)) return readTable(lines, isOpen);
  return readParagraph(lines, isOpen);
}

function readCode(lines: Lines, fence: string): Block {
  lines.take();
  const text = lines.takeWhile((line) => !line.trim().startsWith(fence)).join("\n");
  lines.take();
  return { t: "code", text };
}

function readQuote(lines: Lines, isOpen: boolean, depth: number): Block {
  const inner = lines.takeWhile((line) => QUOTE.test(line)).map((line) => QUOTE.exec(line)?.[1] ?? "");
  return { t: "quote", children: parseMarkdown(inner.join("\n"), isOpen && lines.isAtEnd, depth + 1) };
}

function readList(lines: Lines, isOpen: boolean, depth: number): Block {
  const first = ITEM.exec(lines.peek() ?? "");
  const indent = first?.[1]?.length ?? 0;
  const number = Number.parseInt(first?.[2] ?? "", 10);
  const isOrdered = !Number.isNaN(number);
  const belongs = (line: string): boolean => {
    const item = ITEM.exec(line);
    return !!item && Math.abs((item[1]?.length ?? 0) - indent) < 2 && /\d/.test(item[2] ?? "") === isOrdered;
  };
  const items: string[] = [];
  while (!lines.isAtEnd && belongs(lines.peek() ?? "")) {
    const head = ITEM.exec(lines.take())?.[3] ?? "";
    const rest = lines.takeWhile((line) => /^\s{2,}\S/.test(line) && !belongs(line));
    items.push([head, ...rest.map((line) => line.replace(new RegExp(`^\\s{1,${indent + 3}}`), ""))].join("\n"));
    if (lines.peek()?.trim() === "" && belongs(lines.peek(1) ?? "")) lines.take();
  }
  const isGrowing = isOpen && lines.isAtEnd;
  return {
    t: "list",
    start: isOrdered ? number : null,
    items: items.map((item, i) => parseMarkdown(item, isGrowing && i === items.length - 1, depth + 1)),
  };
}

function startsTable(lines: Lines): boolean {
  const under = lines.peek(1) ?? "";
  return (lines.peek() ?? "").includes("|") && under.includes("-") && under.includes("|") && TABLE_LINE.test(under);
}

function readTable(lines: Lines, isOpen: boolean): Block {
  const head = splitCells(lines.take());
  lines.take();
  const rows = lines.takeWhile((line) => line.includes("|") && line.trim() !== "").map(splitCells);
  const isGrowing = isOpen && lines.isAtEnd;
  return {
    t: "table",
    head: head.map((cell) => parseInline(cell)),
    rows: rows.map((row, i) => head.map((_, j) => parseInline(row[j] ?? "", isGrowing && i === rows.length - 1))),
  };
}

function splitCells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split("|").map((cell) => cell.trim());
}

function readParagraph(lines: Lines, isOpen: boolean): Block {
  const text = [lines.take(), ...lines.takeWhile(continuesParagraph)].map((line) => line.trim()).join("\n");
  return { t: "paragraph", children: parseInline(text, isOpen && lines.isAtEnd) };
}

function continuesParagraph(line: string): boolean {
  return line.trim() !== "" && ![FENCE, HEADING, ITEM, QUOTE, RULE].some((pattern) => pattern.test(line));
}
