import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ApiError } from "./api";
import { CustomerPanel } from "./customer";
import type { CustomerCard } from "./types";

const NOBODY: CustomerCard = { customer: null, orders: [], tickets: [] };
const MARIA = { customer: { name: "Maria Okafor" }, orders: [], tickets: [] } as unknown as CustomerCard;

/** A panel whose server answers in this order, the last one again and again; and how often it was asked. */
function panelOf(...answers: (CustomerCard | ApiError)[]): { panel: CustomerPanel; asked: () => number } {
  let asked = 0;
  const customer = async (): Promise<CustomerCard> => {
    const answer = answers[Math.min(asked, answers.length - 1)] as CustomerCard | ApiError;
    asked += 1;
    if (answer instanceof ApiError) throw answer;
    return answer;
  };
  return { panel: new CustomerPanel({ customer }), asked: () => asked };
}

/** Let so much time pass, and what was waiting for it happen. */
async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("a proven person whom the CRM knows a moment later appears by themselves", async () => {
  const { panel, asked } = panelOf(NOBODY, NOBODY, MARIA);
  panel.enter("c1");
  panel.prove(true);
  await panel.load();
  assert.deepEqual(panel.state.value, { card: NOBODY });
  await pass(1_000);
  await pass(2_000);
  assert.deepEqual(panel.state.value, { card: MARIA });
  await pass(3_600_000);
  assert.equal(asked(), 3);
});

test("nobody is asked for again who is not proven, failed to load, or is out of view", async () => {
  const unproven = panelOf(NOBODY);
  unproven.panel.enter("c1");
  await unproven.panel.load();
  const failed = panelOf(new ApiError("unavailable", 503, "Away."));
  failed.panel.enter("c1");
  failed.panel.prove(true);
  await failed.panel.load();
  const left = panelOf(NOBODY);
  left.panel.enter("c1");
  left.panel.prove(true);
  await left.panel.load();
  left.panel.enter(null);
  await pass(3_600_000);
  assert.deepEqual([unproven.asked(), failed.asked(), left.asked()], [1, 1, 1]);
  assert.deepEqual(failed.panel.state.value, { error: "unavailable" });
});

test("who is proven while in view is looked for at once", async () => {
  const { panel, asked } = panelOf(NOBODY, MARIA);
  panel.enter("c1");
  await panel.load();
  panel.prove(true);
  await pass(0);
  assert.deepEqual(panel.state.value, { card: MARIA });
  assert.equal(asked(), 2);
});
