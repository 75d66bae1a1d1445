/** Text as the server counts it: code points, and the CRC-32 of its UTF-8. */

/** How many code points `text` has (JavaScript's own `length` counts UTF-16 units). */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** CRC-32 (IEEE, as Python's `zlib.crc32`) of the UTF-8 bytes of `text`, unsigned. */
export function crc32(text: string): number {
  let crc = ~0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/**
 * Whole sentences of `text` from index `from` on, for a screen reader.
 *
 * Returns what may be read aloud now and the index up to which that reaches; an unfinished last sentence stays.
 */
export function takeSentences(text: string, from: number): { spoken: string; upTo: number } {
  const rest = text.slice(from);
  const ends = /[.!?…]["')\]]*\s|[。！？]|\n/g;
  let length = 0;
  for (let match = ends.exec(rest); match; match = ends.exec(rest)) length = match.index + match[0].length;
  return { spoken: plain(rest.slice(0, length)), upTo: from + length };
}

/** Markdown marks removed, so that nobody has to hear "asterisk asterisk". */
export function plain(text: string): string {
  return text
    .replace(/\[([^[\]]*)\]\([^()\s]*\)/g, "$1")
    .replace(/[*_`#|]+|-{3,}|\[\d+\]/g, "")
    .trim();
}
