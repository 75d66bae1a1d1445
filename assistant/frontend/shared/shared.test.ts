import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { waitBeforeAttempt } from "./backoff";
import { contrast, inkOn, parseColour, READABLE, readableOn } from "./colour";
import en from "./lang/en.json";
import zh from "./lang/zh.json";
import { countCodePoints, crc32, takeSentences } from "./text";
import { makeUuid } from "./uuid";

describe("back-off", () => {
  it("grows to thirty seconds and is random below that", () => {
    const longest = [0, 1, 2, 3, 6, 20].map((n) => waitBeforeAttempt(n, () => 1));
    assert.deepEqual(longest, [500, 1_000, 2_000, 4_000, 30_000, 30_000]);
    assert.equal(
      waitBeforeAttempt(5, () => 0),
      0,
    );
  });
});

describe("text", () => {
  it("is counted in code points, as Python counts", () => {
    assert.equal(countCodePoints("a👋é中"), 4);
    assert.equal(countCodePoints("\ud83d"), 1);
  });

  it("has the checksum that zlib gives", () => {
    assert.equal(crc32("123456789"), 0xcbf43926);
    assert.equal(crc32(""), 0);
    assert.equal(crc32("中👋"), 0x76b49fdc);
  });

  it("is read aloud by whole sentences", () => {
    const text = "Hello there. You **can** return [1]. And th";
    const first = takeSentences(text, 0);
    assert.equal(first.spoken, "Hello there. You can return .");
    assert.deepEqual(takeSentences(text, first.upTo), { spoken: "", upTo: first.upTo });
    assert.equal(takeSentences("您好。可以", 0).spoken, "您好。");
    assert.equal(takeSentences("See [the policy](https://a.example/b). ", 0).spoken, "See the policy.");
  });
});

describe("colours", () => {
  it("are readable whatever the brand's colour is", () => {
    for (const brand of ["#000000", "#ffffff", "#ffd400", "#0f5d4e", "#e11d48", "#8ab4f8", "#777777", "nonsense"]) {
      assert.ok(contrast(parseColour(brand), parseColour(inkOn(brand))) >= READABLE, brand);
      for (const ground of ["#f3f3f6", "#24262c"]) {
        assert.ok(contrast(parseColour(readableOn(brand, ground)), parseColour(ground)) >= READABLE, brand + ground);
      }
    }
  });
});

describe("ids", () => {
  it("are version 7 and sort by time", () => {
    const [a, b] = [makeUuid(1_700_000_000_000), makeUuid(1_700_000_000_001)];
    assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok(a < b);
  });
});

describe("languages", () => {
  it("have the same sentences with the same gaps", () => {
    assert.deepEqual(Object.keys(zh), Object.keys(en));
    const gaps = (words: string): string[] => (words.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, words] of Object.entries(en)) {
      assert.deepEqual(gaps((zh as Record<string, string>)[key] ?? ""), gaps(words), key);
    }
  });
});
