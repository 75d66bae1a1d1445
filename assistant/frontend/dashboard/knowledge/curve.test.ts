import assert from "node:assert/strict";
import { test } from "node:test";
import { across, PLOT, placeCurve, upwards } from "./curve";

test("a curve runs from its surest answer to all of them, and the mark stands at the tenant's threshold", () => {
  const curve = placeCurve({
    risk_coverage: [
      [0.5, 0],
      [1, 0.15],
    ],
    threshold: [0.55, 0.75, 0.1],
  });
  assert.equal(curve?.top, 0.2);
  assert.deepEqual(curve?.points, [
    { x: across(0.5), y: PLOT.bottom },
    { x: PLOT.right, y: upwards(0.75) },
  ]);
  assert.deepEqual(curve?.mark, { x: across(0.75), y: upwards(0.5) });
  assert.equal(curve?.line, `M${across(0.5)} ${PLOT.bottom}L${PLOT.right} ${upwards(0.75)}`);
});

test("a run without a curve has none, and an older one has no mark", () => {
  assert.equal(placeCurve({}), null);
  assert.equal(placeCurve({ risk_coverage: [] }), null);
  assert.equal(placeCurve({ risk_coverage: [[1, 1]] })?.mark, null);
});
