import { describe, expect, test } from "vitest";
import { maskBody } from "../../../src/revio/mask-body.ts";

const url = "https://gate.reviopay.com/p/5f3d1c52/execute/?token=abcdefghijklmnop";

describe("C33 a body that is shown", () => {
  test("keeps its length, and stars what moves money", () => {
    const body = JSON.stringify({
      id: "1",
      execution_url: url,
      recurring_token: "tok_1",
      status: "paid",
    });
    const shown = maskBody(body);
    expect(shown).toHaveLength(body.length);
    expect(shown).not.toContain("execute");
    expect(JSON.parse(shown)).toEqual({
      id: "1",
      execution_url: "*".repeat(url.length),
      recurring_token: "*****",
      status: "paid",
    });
  });

  test("a name that is spelt with escapes is the same name", () => {
    const body = `{"execution\\u005furl": "${url}"}`;
    expect(maskBody(body)).not.toContain("gate.reviopay.com");
  });

  test("a value with quotes in it does not end early", () => {
    expect(maskBody(String.raw`{"secret": "a\"b", "x": "c"}`)).toBe(
      String.raw`{"secret": "****", "x": "c"}`,
    );
  });

  test.each(["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004"])(
    "the card number %s is starred",
    (card) => {
      expect(maskBody(`{"description": "paid with ${card}."}`)).toBe(
        `{"description": "paid with ${"*".repeat(card.length)}."}`,
      );
    },
  );

  test("other numbers stay: amounts, times, account numbers", () => {
    const body = '{"amount": 1250000, "created_on": 1795420800, "bank_account": "62000012345"}';
    expect(maskBody(body)).toBe(body);
  });

  test("what is no JSON has no names, so no address keeps its path", () => {
    expect(maskBody(`go to ${url} now`)).toBe("go to https://gate.reviopay.com/*** now");
    expect(maskBody(`{"execution_url": "${url}"`)).not.toContain("token=");
  });
});
