import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, ApiError } from "./api";
import { hiddenIn, isDestroyed } from "./format";
import {
  countKinds,
  type Draft,
  draftOf,
  isChanged,
  isOwnKind,
  isWeaker,
  linesOf,
  policyOf,
  tableKinds,
} from "./privacy";
import { Reveals } from "./reveals";
import type { Policy, Trial } from "./types";

const POLICY: Policy = {
  treatments: { EMAIL: "placeholder", PASSWORD: "destroy", POLICY_NUMBER: "destroy", PERSON: "placeholder" },
  defaults: { EMAIL: "placeholder", PASSWORD: "destroy", POLICY_NUMBER: "placeholder", PERSON: "placeholder" },
  patterns: [{ name: "Policies", kind: "POLICY_NUMBER", pattern: "PN-[0-9]{6}" }],
  allowed: ["+44 20 7946 0000"],
  must_give_reason: false,
  retention_days: 180,
  name_model: "",
  name_models: ["large"],
  version: "a1",
  limits: {},
};

test("a draft of what is stored changes nothing, whatever blanks are added to the list", () => {
  const draft = draftOf(POLICY);
  assert.equal(isChanged(draft, POLICY), false);
  assert.equal(isChanged({ ...draft, allowed: "\n +44 20 7946 0000 \n\n" }, POLICY), false);
  assert.equal(isChanged({ ...draft, retention_days: 30 }, POLICY), true);
  assert.equal(isChanged({ ...draft, name_model: "large" }, POLICY), true);
});

test("a kind whose pattern went is not sent any more", () => {
  const draft: Draft = { ...draftOf(POLICY), patterns: [] };
  assert.deepEqual(Object.keys(policyOf(draft, POLICY).treatments).sort(), ["EMAIL", "PASSWORD", "PERSON"]);
});

test("a new own kind gets the default until somebody chooses", () => {
  const patterns = [{ id: 9, name: " Clubs ", kind: "CLUB_NUMBER", pattern: "C[0-9]{4}" }];
  const sent = policyOf({ ...draftOf(POLICY), patterns }, POLICY);
  assert.equal(sent.treatments["CLUB_NUMBER"], "placeholder");
  assert.deepEqual(sent.patterns, [{ name: "Clubs", kind: "CLUB_NUMBER", pattern: "C[0-9]{4}" }]);
  assert.equal(sent.version, "a1");
});

test("the table shows the kinds of the house in its order, and no own ones", () => {
  assert.deepEqual(tableKinds(POLICY), ["PERSON", "EMAIL", "PASSWORD"]);
  assert.equal(isOwnKind(POLICY, "POLICY_NUMBER"), true);
  assert.equal(isOwnKind(POLICY, "EMAIL"), false);
});

test("readable is weaker than a placeholder, and that weaker than destroyed", () => {
  assert.equal(isWeaker("keep", "placeholder"), true);
  assert.equal(isWeaker("placeholder", "destroy"), true);
  assert.equal(isWeaker("destroy", "placeholder"), false);
  assert.equal(isWeaker("destroy", "destroy"), false);
});

test("kinds are counted apart by what became of them", () => {
  const span = (kind: string, treatment: "placeholder" | "destroy") => ({ kind, treatment, placeholder: "" });
  const spans = [span("EMAIL", "placeholder"), span("PHONE", "placeholder"), span("PHONE", "placeholder")];
  const trial: Trial = { text: "", spans: [...spans, span("PASSWORD", "destroy")], destroyed: [], patterns: [] };
  assert.deepEqual(countKinds(trial, "placeholder"), [
    ["PHONE", 2],
    ["EMAIL", 1],
  ]);
  assert.deepEqual(countKinds(trial, "destroy"), [["PASSWORD", 1]]);
});

test("lines without words are no texts", () => {
  assert.deepEqual(linesOf("\n a \r\n\nb"), ["a", "b"]);
});

test("number 0 says that nothing is left", () => {
  assert.equal(isDestroyed("PASSWORD_0"), true);
  assert.equal(isDestroyed("EMAIL_10"), false);
  const texts = ["<EMAIL_1> <PASSWORD_0>", "again <EMAIL_1>, <PHONE_2>"];
  const entries = texts.map((text) => ({ text })) as unknown as Parameters<typeof hiddenIn>[0]["entries"];
  assert.deepEqual(hiddenIn({ entries } as Parameters<typeof hiddenIn>[0]), ["EMAIL_1", "PHONE_2"]);
});

/** A server that wants a reason and remembers what it was asked. */
function strictServer(): { api: Api; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const reveal = async (...call: unknown[]): Promise<{ values: Record<string, string> }> => {
    asked.push(call);
    if (call[2] === "") throw new ApiError("reason_required", 422, "");
    if (call[1] === "<PHONE_1>") throw new ApiError("erased", 410, "");
    return { values: { "<EMAIL_1>": "ann@example.com" } };
  };
  return { api: { reveal } as unknown as Api, asked };
}

test("a reason is asked for once in a conversation and again in the next", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { api, asked } = strictServer();
  const reveals = new Reveals(api, () => assert.fail("nothing went wrong"));
  reveals.enter("c1");
  const first = reveals.show("EMAIL_1");
  await until(() => reveals.isAsking.value);
  reveals.answer("refund");
  await first;
  assert.equal(reveals.values.value.get("EMAIL_1"), "ann@example.com");
  await reveals.showAll();
  assert.deepEqual(asked.at(-1), ["c1", null, "refund"]);
  assert.equal(reveals.isAsking.value, false);

  reveals.enter("c2");
  assert.equal(reveals.values.value.size, 0, "nothing stays shown");
  const next = reveals.show("EMAIL_1");
  await until(() => reveals.isAsking.value);
  reveals.answer(null);
  await next;
  assert.equal(reveals.values.value.size, 0);
});

test("what was shown is hidden after a minute", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const api = { reveal: async () => ({ values: { "<EMAIL_1>": "ann@example.com" } }) } as unknown as Api;
  const reveals = new Reveals(api, () => assert.fail("nothing went wrong"));
  reveals.enter("c1");
  await reveals.show("EMAIL_1");
  context.mock.timers.tick(59_000);
  assert.equal(reveals.values.value.size, 1);
  context.mock.timers.tick(2_000);
  assert.equal(reveals.values.value.size, 0);
});

test("what was erased says so and is not asked for again", async () => {
  const codes: string[] = [];
  const { api } = strictServer();
  const reveals = new Reveals(api, (code) => codes.push(code));
  reveals.enter("c1");
  const look = reveals.show("PHONE_1");
  await until(() => reveals.isAsking.value);
  reveals.answer("refund");
  await look;
  assert.deepEqual(codes, ["erased"]);
  assert.equal(reveals.lost.value.get("PHONE_1"), "erased");
});

test("an answer for a conversation that was left shows nothing", async () => {
  let release: (found: { values: Record<string, string> }) => void = () => {};
  const api = { reveal: () => new Promise((resolve) => (release = resolve)) } as unknown as Api;
  const reveals = new Reveals(api, () => assert.fail("nothing went wrong"));
  reveals.enter("c1");
  const look = reveals.show("EMAIL_1");
  reveals.enter("c2");
  release({ values: { "<EMAIL_1>": "ann@example.com" } });
  await look;
  assert.equal(reveals.values.value.size, 0);
});

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 50 && !isSo(); i++) await Promise.resolve();
  assert.ok(isSo());
}
