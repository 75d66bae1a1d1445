import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "./api";
import { Copilot, translatable } from "./copilot";
import type { Made } from "./types";

const FEE: Made = {
  title: "",
  text: "The fee is £4.",
  sources: [{ kind: "document", id: "a1", title: "Fees", sequence: 0 }],
  dropped: 1,
  way: "generated",
  segments: [],
};
const SHORT: Made = { ...FEE, text: "£4.", sources: [] };
const NOTHING: Made = { ...FEE, text: "", sources: [] };

/** A copilot in conversation c1 whose server answers with these; and what the browser remembers of each box. */
function copilotOf(answers: Partial<Record<"draft" | "draftArticle" | "rewrite" | "summary", Made | ApiError>>): {
  copilot: Copilot;
  kept: Map<string, string>;
} {
  const kept = new Map<string, string>();
  const give = (made: Made | ApiError | undefined) => async (): Promise<Made> => {
    if (!made || made instanceof ApiError) throw made ?? new ApiError("other", 500, "");
    return made;
  };
  const copilot = new Copilot(
    {
      draft: give(answers.draft),
      draftArticle: give(answers.draftArticle),
      rewrite: give(answers.rewrite),
      summary: give(answers.summary),
    },
    { draftOf: (id) => kept.get(id) ?? "", keepDraft: (id, text) => void kept.set(id, text) },
  );
  copilot.enter("c1");
  return { copilot, kept };
}

test("a draft lands in the box with its sources, and undo puts the agent's own text back", async () => {
  const { copilot, kept } = copilotOf({ draft: FEE });
  copilot.write("Hello Ann,");
  await copilot.draft();
  assert.equal(copilot.text.value, FEE.text);
  assert.deepEqual(copilot.made.value, { ...FEE, help: "draft" });
  copilot.undo();
  assert.equal(copilot.text.value, "Hello Ann,");
  assert.equal(kept.get("c1"), "Hello Ann,");
  assert.deepEqual([copilot.made.value, copilot.canUndo.value], [null, false]);
});

test("undo goes back one text after the other, and other words keep the sources of the text", async () => {
  const { copilot } = copilotOf({ draft: FEE, rewrite: SHORT });
  await copilot.draft();
  await copilot.rewrite("shorter", null);
  assert.deepEqual([copilot.text.value, copilot.made.value?.help], ["£4.", "shorter"]);
  assert.deepEqual(copilot.made.value?.sources, FEE.sources);
  copilot.undo();
  assert.deepEqual([copilot.text.value, copilot.made.value?.help], [FEE.text, "draft"]);
  copilot.undo();
  assert.equal(copilot.text.value, "");
});

test("what nothing came of leaves the box as it was and says so", async () => {
  const { copilot } = copilotOf({ draft: NOTHING, rewrite: new ApiError("not_possible", 422, "") });
  copilot.write("Hello Ann,");
  await copilot.draft();
  assert.deepEqual(copilot.error.value, { help: "draft", code: "no_draft" });
  await copilot.rewrite("translate", "de");
  assert.deepEqual(copilot.error.value, { help: "translate", code: "not_possible" });
  assert.deepEqual([copilot.text.value, copilot.canUndo.value, copilot.busy.value], ["Hello Ann,", false, null]);
});

test("other words that are the same words are none", async () => {
  const { copilot } = copilotOf({ rewrite: SHORT });
  copilot.write("£4. ");
  await copilot.rewrite("shorter", null);
  assert.deepEqual(copilot.error.value, { help: "shorter", code: "no_shorter" });
  assert.deepEqual([copilot.text.value, copilot.canUndo.value], ["£4. ", false]);
});

test("a text that comes after the conversation was left, or the reply was sent, lands nowhere", async () => {
  const { copilot, kept } = copilotOf({ draft: FEE });
  const left = copilot.draft();
  copilot.enter("c2");
  await left;
  const sent = copilot.draft();
  copilot.clear();
  await sent;
  assert.deepEqual([copilot.text.value, copilot.busy.value, kept.get("c1")], ["", null, undefined]);
});

test("a summary stays while the agent replies, until it is dismissed or another conversation is in view", async () => {
  const { copilot } = copilotOf({ summary: FEE });
  const made = copilot.summarise();
  copilot.clear();
  await made;
  assert.equal(copilot.summary.value?.text, FEE.text);
  assert.equal(copilot.text.value, "");
  copilot.dismiss();
  assert.equal(copilot.summary.value, null);
  await copilot.summarise();
  copilot.enter("c2");
  assert.equal(copilot.summary.value, null);
});

test("one thing is asked for at a time", async () => {
  const { copilot } = copilotOf({ draft: FEE, summary: FEE });
  const draft = copilot.draft();
  await copilot.summarise();
  await draft;
  assert.deepEqual([copilot.text.value, copilot.summary.value], [FEE.text, null]);
});

test("a language is offered that the server translates into", () => {
  assert.deepEqual(["zh-CN", "en", "nl", ""].map(translatable), ["zh", "en", null, null]);
});

test("an article's draft is handed over and leaves the reply alone; nothing to draft from is said", async () => {
  const { copilot } = copilotOf({ draftArticle: FEE });
  copilot.write("Hello Ann,");
  assert.equal((await copilot.article())?.text, FEE.text);
  assert.deepEqual([copilot.text.value, copilot.made.value, copilot.error.value], ["Hello Ann,", null, null]);
  const empty = copilotOf({ draftArticle: NOTHING }).copilot;
  assert.equal(await empty.article(), null);
  assert.deepEqual(empty.error.value, { help: "article", code: "no_article" });
});
