/** The allow-list: what a message may look like. Nothing else can be drawn, whatever was written. */
export type Inline =
  | { t: "text"; text: string }
  | { t: "code"; text: string }
  | { t: "strong" | "em"; children: Inline[] }
  | { t: "link"; href: string; children: Inline[] }
  | { t: "cite"; n: number }
  | { t: "placeholder"; label: string }
  | { t: "break" };

export type Block =
  | { t: "paragraph" | "heading"; children: Inline[] }
  | { t: "quote"; children: Block[] }
  | { t: "list"; start: number | null; items: Block[][] }
  | { t: "code"; text: string }
  | { t: "table"; head: Inline[][]; rows: Inline[][][] }
  | { t: "rule" };
