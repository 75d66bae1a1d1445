/** A UUIDv7: 48 bits of time, 74 random bits; sorts by creation. Works outside secure contexts too. */
export function makeUuid(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(now / 2 ** 32));
  view.setUint32(2, now % 2 ** 32);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  // Not `Array.from`: old pages replace it with one that forgets the second argument.
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
