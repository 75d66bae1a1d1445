/** Readable colours for any brand colour (WCAG 2 contrast). Colours are `#rrggbb`. */
export const READABLE = 4.5;
const FALLBACK = "#4f46e5";

export type Rgb = readonly [number, number, number];

/** `#abc` or `#aabbcc` as numbers; anything else gives the house colour. */
export function parseColour(colour: string): Rgb {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  const full = short
    ? `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join("")}`
    : colour;
  const value = Number.parseInt((/^#[0-9a-f]{6}$/i.test(full) ? full : FALLBACK).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White where it can be read on `colour`, else black; one of the two always can. */
export function inkOn(colour: string): string {
  return contrast(parseColour(colour), [255, 255, 255]) >= READABLE ? "#ffffff" : "#000000";
}

/** `colour`, moved towards black or white until it can be read as text on `background`. */
export function readableOn(colour: string, background: string): string {
  const ground = parseColour(background);
  const target = luminance(ground) > 0.2 ? 0 : 255;
  let rgb = parseColour(colour);
  for (let step = 0; step < 20 && contrast(rgb, ground) < READABLE; step++) {
    rgb = rgb.map((part) => Math.round(part + (target - part) * 0.12)) as unknown as Rgb;
  }
  return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
