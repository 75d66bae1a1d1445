import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseInline } from "./inline";
import { isSafe, linkRule } from "./links";
import { parseMarkdown } from "./parse";
import { parsePlain } from "./plain";
import type { Inline } from "./tree";

const text = (words: string): Inline => ({ t: "text", text: words });

describe("inline Markdown", () => {
  it("knows emphasis, strong and code", () => {
    assert.deepEqual(parseInline("a **b** *c* `d*e*`"), [
      text("a "),
      { t: "strong", children: [text("b")] },
      text(" "),
      { t: "em", children: [text("c")] },
      text(" "),
      { t: "code", text: "d*e*" },
    ]);
  });

  it("leaves arithmetic, snake case and lone marks alone", () => {
    for (const plain of ["2 * 3 * 4", "snake_case_name", "**", "a ** b", "5*3"]) {
      assert.deepEqual(parseInline(plain), [text(plain)], plain);
    }
  });

  it("takes raw HTML as text", () => {
    assert.deepEqual(parseInline("<img src=x onerror=alert(1)>"), [text("<img src=x onerror=alert(1)>")]);
  });

  it("never draws an image: its description stays", () => {
    assert.deepEqual(parseInline("![a cat](https://x.example/c.png)"), [text("a cat")]);
  });

  it("finds bare links without the full stop after them", () => {
    assert.deepEqual(parseInline("See https://a.example/b."), [
      text("See "),
      { t: "link", href: "https://a.example/b", children: [text("https://a.example/b")] },
      text("."),
    ]);
  });

  it("finds citations and placeholders", () => {
    assert.deepEqual(parseInline("x [2] <EMAIL_1>"), [
      text("x "),
      { t: "cite", n: 2 },
      text(" "),
      { t: "placeholder", label: "EMAIL_1" },
    ]);
  });

  it("hides marks that are not finished yet while the text grows", () => {
    assert.deepEqual(parseInline("a **bo", true), [text("a "), { t: "strong", children: [text("bo")] }]);
    assert.deepEqual(parseInline("a [1", true), [text("a ")]);
    assert.deepEqual(parseInline("our [return po", true), [text("our return po")]);
    assert.deepEqual(parseInline("our [policy](https://a.exam", true), [text("our policy")]);
  });

  it("stays quick on hostile text", () => {
    const began = performance.now();
    for (const piece of ["**a ", "[", "[a](", "*a _b ", "`", "<A_", "![", "https://", "\\", "**a**"]) {
      parseMarkdown(piece.repeat(4_000), true);
      parseMarkdown(piece.repeat(4_000));
    }
    assert.ok(performance.now() - began < 3_000);
  });
});

describe("blocks", () => {
  it("are paragraphs, lists, code and tables", () => {
    const blocks = parseMarkdown(
      "One\ntwo\n\n- a\n- b\n  - c\n\n3. x\n4. y\n\n```js\n<b>\n```\n\n| h | i |\n|---|---|\n| 1 | 2 |",
    );
    assert.deepEqual(
      blocks.map((block) => block.t),
      ["paragraph", "list", "list", "code", "table"],
    );
    const [, bullets, numbers, code, table] = blocks;
    assert.ok(bullets?.t === "list" && bullets.start === null && bullets.items.length === 2);
    assert.equal(bullets.items[1]?.[1]?.t, "list");
    assert.ok(numbers?.t === "list" && numbers.start === 3);
    assert.ok(code?.t === "code" && code.text === "<b>");
    assert.ok(table?.t === "table" && table.rows.length === 1);
  });

  it("keep the lines of a paragraph apart", () => {
    assert.deepEqual(parseMarkdown("a\nb"), [{ t: "paragraph", children: [text("a"), { t: "break" }, text("b")] }]);
  });

  it("show code that is not closed yet", () => {
    assert.deepEqual(parseMarkdown("```\nlet a", true), [{ t: "code", text: "let a" }]);
  });

  it("nest only so deep", () => {
    assert.ok(parseMarkdown(`${"> ".repeat(2_000)}x`).length > 0);
  });
});

describe("links", () => {
  const cites = [{ n: 1, title: "Returns", url: "https://shop.example/returns#days" }];

  it("of the assistant open only what it cites", () => {
    const may = linkRule("assistant", cites);
    assert.ok(may("https://shop.example/returns#days"));
    assert.ok(may("https://shop.example/returns"));
    assert.ok(!may("https://shop.example/returns/other"));
    assert.ok(!may("https://evil.example/"));
  });

  it("of an agent open the web and mail, and nothing else", () => {
    const may = linkRule("agent", []);
    assert.ok(may("https://anything.example") && may("mailto:a@b.example"));
    for (const bad of [
      "javascript:alert(1)",
      "data:text/html,x",
      "/admin",
      "//x.example",
      " https://x",
      "vbscript:x",
    ]) {
      assert.ok(!may(bad), bad);
    }
  });

  it("of a contact open nothing", () => {
    assert.ok(!linkRule("contact", cites)("https://shop.example/returns"));
    assert.ok(!isSafe("jAvAsCrIpT:alert(1)"));
  });
});

describe("plain text", () => {
  it("knows placeholders and nothing else", () => {
    assert.deepEqual(parsePlain("**hi** <PHONE_2>!"), [
      text("**hi** "),
      { t: "placeholder", label: "PHONE_2" },
      text("!"),
    ]);
  });
});
