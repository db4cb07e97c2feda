import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { retryAfterSeconds } from "../../src/webhooks/retry-schedule.ts";
import { wireForm } from "../../src/webhooks/wire-form.ts";
import paid from "../fixtures/purchase.paid.json" with { type: "json" };

describe("wire form", () => {
  test("keys go by byte length, then by bytes, at every depth; arrays keep their order", () => {
    const value = { b: 1, aa: { zz: 1, y: [3, 1], É: 0 }, a: null, type: "x", id: true };
    expect(wireForm(value, false)).toBe(
      '{"a": null, "b": 1, "aa": {"y": [3, 1], "zz": 1, "É": 0}, "id": true, "type": "x"}',
    );
  });

  test("the recorded body, indented there, has the same order of keys", () => {
    const document = structuredClone(paid) as unknown as JsonObject;
    expect(wireForm(document, true).replaceAll(/\s/g, "")).toBe(
      JSON.stringify(paid).replaceAll(/\s/g, ""),
    );
  });

  test("non-ASCII is escaped like Python's default, as surrogate pairs too, or left raw", () => {
    const value = { name: 'Zoë "Z" 😀\u007f\n' };
    expect(wireForm(value, true)).toBe(String.raw`{"name": "Zo\u00eb \"Z\" \ud83d\ude00\u007f\n"}`);
    expect(wireForm(value, false)).toBe('{"name": "Zoë \\"Z\\" 😀\u007f\\n"}');
    expect(JSON.parse(wireForm(value, true))).toEqual(value);
  });

  test("printing a parsed body again gives other bytes", () => {
    const body = wireForm(structuredClone(paid), true);
    expect(JSON.stringify(JSON.parse(body))).not.toBe(body);
  });
});

test("eight retries after the first attempt, the last of them within 36 hours", () => {
  const gaps = Array.from({ length: 10 }, (_, index) => retryAfterSeconds(index + 1));
  expect(gaps).toEqual([
    508,
    1524,
    3556,
    7620,
    15_748,
    32_004,
    64_516,
    129_540,
    undefined,
    undefined,
  ]);
  expect(129_540).toBeLessThanOrEqual(36 * 3600);
});
