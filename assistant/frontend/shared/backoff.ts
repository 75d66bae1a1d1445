/** How long to wait before connection attempt `n` (from 0): random(0, min(30 s, 0.5 s × 2ⁿ)), in milliseconds. */
export const LONGEST_WAIT_MS = 30_000;
export const FIRST_WAIT_MS = 500;
/** A connection that stood this long counts as healthy, and the next failure starts again at n = 0. */
export const HEALTHY_AFTER_MS = 60_000;

export function waitBeforeAttempt(n: number, random: () => number = Math.random): number {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** n);
}
