/** Where the points of a risk-coverage curve stand in a drawing. Pure. */
import type { Figures } from "./types";

/** The drawing in its own units, and the plot inside it. */
export const SIZE = { width: 340, height: 216 } as const;
export const PLOT = { left: 40, right: 330, top: 34, bottom: 168 } as const;

/** Shares at which the vertical axis may end. */
const TOPS = [0.1, 0.2, 0.5, 1] as const;

export interface Spot {
  x: number;
  y: number;
}

export interface Curve {
  /** The same as in `points`, as `d` of a path. */
  line: string;
  points: readonly Spot[];
  /** Where the tenant stands. */
  mark: Spot | null;
  /** Share at the upper end of the vertical axis. */
  top: number;
}

/** null when the run has no curve: it is older, or had no question. */
export function placeCurve({ risk_coverage, threshold }: Figures): Curve | null {
  if (!risk_coverage?.length) return null;
  const risks = [...risk_coverage.map(([, risk]) => risk), threshold?.[2] ?? 0];
  const top = TOPS.find((share) => share >= Math.max(...risks)) ?? 1;
  const spot = (coverage: number, risk: number): Spot => ({ x: across(coverage), y: upwards(risk / top) });
  const points = risk_coverage.map(([coverage, risk]) => spot(coverage, risk));
  return {
    line: points.map(({ x, y }, i) => `${i ? "L" : "M"}${x} ${y}`).join(""),
    points,
    mark: threshold ? spot(threshold[1], threshold[2]) : null,
    top,
  };
}

/** Where a share from 0 to 1 stands on the horizontal axis. */
export function across(share: number): number {
  return rounded(PLOT.left + share * (PLOT.right - PLOT.left));
}

/** The same on the vertical axis, as a share of its length. */
export function upwards(share: number): number {
  return rounded(PLOT.bottom - share * (PLOT.bottom - PLOT.top));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
