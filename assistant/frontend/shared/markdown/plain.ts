/** Text of a contact: only placeholders mean something in it; no mark, no link. */
import type { Inline } from "./tree";

export function parsePlain(text: string): Inline[] {
  return text.split(/(<[A-Z][A-Z_]{0,30}_\d{1,4}>)/).map((part, i) => {
    return i % 2 === 1 ? { t: "placeholder", label: part.slice(1, -1) } : { t: "text", text: part };
  });
}
