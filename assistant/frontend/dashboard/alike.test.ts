import assert from "node:assert/strict";
import { test } from "node:test";
import { Alike } from "./alike";
import { ApiError } from "./api";
import type { SimilarConversation } from "./types";

const ROWS = [{ id: "c2", about: "Where is my card?", score: 0.8 }] as unknown as SimilarConversation[];

test("what is like a conversation is asked for once, and forgotten with the conversation", async () => {
  const asked: string[] = [];
  const alike = new Alike({
    similar: async (id) => {
      asked.push(id);
      return ROWS;
    },
  });
  await alike.find();
  alike.enter("c1");
  await Promise.all([alike.find(), alike.find()]);
  assert.deepEqual(asked, ["c1"]);
  assert.deepEqual(alike.state.value, { is: "found", rows: ROWS });
  alike.enter("c3");
  assert.deepEqual(alike.state.value, { is: "unasked" });
});

test("the nearest of others that are not like it are not shown", async () => {
  const far = { ...ROWS[0], id: "c4", score: 0.1 } as SimilarConversation;
  const alike = new Alike({ similar: async () => [...ROWS, far] });
  alike.enter("c1");
  await alike.find();
  assert.deepEqual(alike.state.value, { is: "found", rows: ROWS });
});

test("an answer that comes after the conversation was left is dropped", async () => {
  let answer: (rows: SimilarConversation[]) => void = () => assert.fail("nobody asked");
  const alike = new Alike({
    similar: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  alike.enter("c1");
  const finding = alike.find();
  alike.enter("c2");
  answer(ROWS);
  await finding;
  assert.deepEqual(alike.state.value, { is: "unasked" });
});

test("a failure says its code and can be tried again", async () => {
  const answers = [new ApiError("not_now", 503, "Later."), ROWS];
  const alike = new Alike({
    similar: async () => {
      const answer = answers.shift();
      if (!answer || answer instanceof ApiError) throw answer;
      return answer;
    },
  });
  alike.enter("c1");
  await alike.find();
  assert.deepEqual(alike.state.value, { is: "failed", code: "not_now" });
  await alike.find();
  assert.equal(alike.state.value.is, "found");
});
