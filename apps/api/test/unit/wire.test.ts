import { describe, expect, test } from "vitest";
import { checkReturnUrl } from "../../src/trpc/partner/deposit/check-return-url.ts";
import { amountMinor, id, idempotencyKey, text } from "../../src/trpc/wire/input.ts";

describe("amountMinor", () => {
  test.each([1n, 125_000n, 2n ** 63n - 1n])("takes %s", (amount) => {
    expect(amountMinor.parse(amount)).toBe(amount);
  });

  test.each([0n, -1n, 2n ** 63n, 1, 1.5, "1", "1e9", "٣", Number.NaN, null, undefined, [1n], {}])(
    "refuses %s",
    (amount) => {
      expect(amountMinor.safeParse(amount).success).toBe(false);
    },
  );
});

describe("ids and keys", () => {
  test("are UUIDs, in lower case from here on", () => {
    const upper = "01A20AE4-F77D-7027-91B9-E498C63715F2";
    expect(id.parse(upper)).toBe(upper.toLowerCase());
    expect(idempotencyKey.parse(upper)).toBe(upper.toLowerCase());
  });

  test.each(["", "1", "x".repeat(256), "01a20ae4f77d702791b9e498c63715f2", "' OR 1=1", 7])(
    "refuse %s",
    (value) => {
      expect(id.safeParse(value).success).toBe(false);
      expect(idempotencyKey.safeParse(value).success).toBe(false);
    },
  );
});

describe("text", () => {
  const short = text({ min: 2, max: 5 });

  test.each(["ab", "Zoë", "日本", "a b"])("takes %s", (value) => {
    expect(short.parse(value)).toBe(value);
  });

  test.each(["a", "abcdef", "a\0b", "a\nb", "a\u001bb", "a\ud800"])("refuses %j", (value) => {
    expect(short.safeParse(value).success).toBe(false);
  });
});

describe("checkReturnUrl", () => {
  const allowed = ["https://app.example.com"];

  test("takes addresses of the list, or none", () => {
    const url = "https://app.example.com/wallet?x=1#done";
    expect(checkReturnUrl(url, allowed)).toBe(url);
    expect(checkReturnUrl(undefined, allowed)).toBeUndefined();
  });

  test.each([
    "https://evil.example.com/",
    "https://app.example.com.evil.com/",
    "https://app.example.com@evil.com/",
    "https://user@app.example.com/",
    "http://app.example.com/",
    "https://app.example.com:8443/",
    "//app.example.com/",
    "/wallet",
    "javascript:alert(1)",
    "",
  ])("refuses %s", (url) => {
    expect(() => checkReturnUrl(url, allowed)).toThrow(/return URL/);
  });
});
