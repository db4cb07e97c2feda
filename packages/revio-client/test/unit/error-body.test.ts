import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createScrub, flattenErrorBody } from "../../src/error-body.ts";
import { fixtureText } from "../fixtures.ts";

const leaf = { message: "Too much.", code: "max_value" };

describe("flattenErrorBody", () => {
  it.each<[string, unknown, unknown]>([
    ["the array form", { amount: [leaf] }, [{ path: "amount", ...leaf }]],
    ["the object form", { email: leaf }, [{ path: "email", ...leaf }]],
    ["a dotted key", { "purchase.currency": leaf }, [{ path: "purchase.currency", ...leaf }]],
    ["__all__", { __all__: [leaf] }, [{ path: "", ...leaf }]],
    ["__all__ as an object", { __all__: leaf }, [{ path: "", ...leaf }]],
    ["{error: {...}}", { error: leaf }, [{ path: "", ...leaf }]],
    ["{error: string}", { error: "no" }, [{ path: "", code: null, message: "no" }]],
    [
      "{detail: string}",
      { detail: "Not found." },
      [{ path: "", code: null, message: "Not found." }],
    ],
    [
      "the card endpoint's error",
      { error: { code: "x", description: "Declined", type: "bank" } },
      [{ path: "", code: "x", message: "Declined" }],
    ],
    ["a code alone", { error: { code: "x" } }, [{ path: "", code: "x", message: "" }]],
    ["a bare string", "Server says no", [{ path: "", code: null, message: "Server says no" }]],
    [
      "an array of strings",
      ["a", "b"],
      [
        { path: "", code: null, message: "a" },
        { path: "", code: null, message: "b" },
      ],
    ],
    ["strings at a field", { email: ["Bad."] }, [{ path: "email", code: null, message: "Bad." }]],
    ["a string at a field", { email: "Bad." }, [{ path: "email", code: null, message: "Bad." }]],
    [
      "several errors at one field",
      { amount: [leaf, { message: "And odd.", code: "odd" }] },
      [
        { path: "amount", ...leaf },
        { path: "amount", message: "And odd.", code: "odd" },
      ],
    ],
    [
      "fields named code and message",
      { code: ["Required."], message: [leaf] },
      [
        { path: "code", code: null, message: "Required." },
        { path: "message", ...leaf },
      ],
    ],
    ["nothing", null, []],
    ["a number", 7, []],
  ])("reads %s", (_name, body, expected) => {
    expect(flattenErrorBody(body)).toEqual(expected);
  });

  it("follows the nested form down to the line", () => {
    expect(flattenErrorBody(JSON.parse(fixtureText("error-400-field")))).toEqual([
      expect.objectContaining({ path: "brand_id", code: "does_not_exist" }),
      {
        path: "purchase.products.0",
        code: "product_subtotal_negative",
        message: "Product subtotal must not be negative.",
      },
    ]);
    expect(flattenErrorBody(JSON.parse(fixtureText("error-400-all")))).toEqual([
      { path: "", code: "purchase_refund_error", message: "Could not refund the payment!" },
    ]);
  });

  it("never throws and stays bounded, whatever the body is", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (body) => {
        const errors = flattenErrorBody(body);
        expect(errors.length).toBeLessThanOrEqual(50);
        for (const error of errors) expect(error.message.length).toBeLessThanOrEqual(300);
      }),
    );
    let deep: unknown = "end";
    for (let depth = 0; depth < 5_000; depth += 1) deep = { a: [deep] };
    expect(flattenErrorBody(deep)).toEqual([]);
    expect(flattenErrorBody(Array.from({ length: 9_999 }, () => leaf))).toHaveLength(50);
  });

  it("masks before it cuts, so that no half of a secret is left", () => {
    const scrub = createScrub(["key-abcdefghijkl"]);
    for (let padding = 280; padding < 300; padding += 1) {
      const text = `${"x".repeat(padding)}key-abcdefghijkl`;
      const [error] = flattenErrorBody({ [text]: [{ code: text, message: text }] }, scrub);
      expect(JSON.stringify(error)).not.toContain("key");
    }
  });

  it("keeps only machine words as codes", () => {
    const codes = [
      "purchase_refund_timeout",
      "max-value.2",
      7,
      "two words",
      "",
      "x".repeat(101),
      {},
    ];
    expect(flattenErrorBody(codes.map((code) => ({ ...leaf, code }))).map((e) => e.code)).toEqual([
      "purchase_refund_timeout",
      "max-value.2",
      "7",
      null,
      null,
      null,
      null,
    ]);
  });

  it("masks secrets, e-mail addresses and account numbers, and leaves ids", () => {
    const scrub = createScrub(["key-abc"]);
    const id = "409eb80e-0000-4b1d-afa8-000000000001";
    expect(
      scrub(
        `key-abc https://a.example/po/x?y=1 ${id} 62812345678 and 6281-2345 678 thandi@example.com 100`,
      ),
    ).toBe(`[secret] [redacted] ${id} [redacted] and [redacted] [redacted] 100`);
  });
});
