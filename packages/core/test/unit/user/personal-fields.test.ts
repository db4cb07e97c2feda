import { describe, expect, test } from "vitest";
import { normalizeEmail } from "../../../src/user/email-address.ts";
import { parsePersonName } from "../../../src/user/person-name.ts";
import { parsePhoneNumber } from "../../../src/user/phone-number.ts";

describe("e-mail address", () => {
  test("case and blanks around it do not matter", () => {
    expect(normalizeEmail("  Thandi.Nkosi@Example.COM ")).toBe("thandi.nkosi@example.com");
  });
  test.each([
    "",
    "thandi",
    "a@b",
    "thandi@exämple.com",
    "тhandi@example.com",
    "a b@example.com",
    `${"a".repeat(250)}@example.com`,
    "a@example.com\nb@example.com",
    "a@example.com\0",
  ])("%j is none", (text) => {
    expect(normalizeEmail(text)).toBeUndefined();
  });
});

describe("person name", () => {
  test("blanks are put in order, letters of any script stay", () => {
    expect(parsePersonName("  Thandi   Nkosi ", "The name")).toBe("Thandi Nkosi");
    expect(parsePersonName("O’Brien-Ngũgĩ 3rd", "The name")).toBe(
      "O’Brien-Ngũgĩ 3rd".normalize("NFC"),
    );
    expect(parsePersonName("王小明", "The name")).toBe("王小明");
  });
  test.each([
    "",
    "   ",
    "123",
    "Thandi\u0000",
    "Thandi\u202EisokN",
    "Thandi\ud800",
    "x".repeat(129),
  ])("%j refused", (text) => {
    expect(() => parsePersonName(text, "The name")).toThrow(/The name needs/);
  });
});

describe("phone number", () => {
  test("international form", () => {
    expect(parsePhoneNumber("+27 82 123-4567")).toBe("+27821234567");
  });
  test.each(["", "0821234567", "+0821234567", "+27", "+27 82 123 45x7", "+٢٧٨٢١٢٣٤٥٦٧"])(
    "%j refused",
    (text) => {
      expect(() => parsePhoneNumber(text)).toThrow(/phone number/);
    },
  );
});
