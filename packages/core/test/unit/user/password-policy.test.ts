import { describe, expect, test } from "vitest";
import { acceptPassword } from "../../../src/user/password-policy.ts";

const personal = ["thandi@example.com", "Thandi Nkosi"];

describe("S02 length", () => {
  test("14 characters refused, 15 accepted", () => {
    expect(() => acceptPassword("kqzvwmhtdjlrgx", personal)).toThrow(/at least 15 characters/);
    expect(acceptPassword("kqzvwmhtdjlrgxb", personal)).toBe("kqzvwmhtdjlrgxb");
  });

  test("characters are counted, not UTF-16 units: 14 emoji refused", () => {
    const emoji = [
      "😀",
      "🐙",
      "🚜",
      "🌵",
      "🎻",
      "🧦",
      "🍋",
      "🛶",
      "🪁",
      "🦔",
      "🧭",
      "🥁",
      "🪵",
      "🧊",
    ];
    expect(() => acceptPassword(emoji.join(""), personal)).toThrow(/at least 15/);
    expect(acceptPassword([...emoji, "🪴"].join(""), personal)).toContain("🪴");
  });

  test("64 letters with an emoji accepted, 256 bytes accepted, 257 refused", () => {
    const letters = Array.from(
      { length: 257 },
      (_, i) => "kqzvwmhtdjlrgxbnfpcs"[(i * 7 + (i >> 4)) % 20],
    );
    expect(acceptPassword(`${letters.slice(0, 64).join("")}😀`, personal)).toContain("😀");
    expect(acceptPassword(letters.slice(0, 256).join(""), personal)).toHaveLength(256);
    expect(() => acceptPassword(letters.join(""), personal)).toThrow(/at most 256 bytes/);
  });

  test("composed and decomposed letters are one password; half a character is none", () => {
    const composed = "crème brûlée à la plage";
    expect(acceptPassword(composed.normalize("NFD"), personal)).toBe(composed.normalize("NFC"));
    expect(() => acceptPassword("kqzvwmhtdjlrgxbn\ud800", personal)).toThrow(/cannot be stored/);
  });
});

describe("S03 guessable", () => {
  test.each([
    "Password123456!",
    "P@ssw0rd1234567",
    "p.a.s.s.w.o.r.d.123456",
    "my password is secret 1999",
    "correct horse battery staple",
    "CorrectHorseBatteryStaple1!",
    "Qwertyuiop12345",
    "aaaaaaaaaaaaaaaaaaaa",
    "xyxyxyxyxyxyxyxyxyxy",
    "abcdefghijklmnopqrstuvwxyz",
    "98765432109876543210",
    "SouthAfrica2010!!",
  ])("%s refused", (password) => {
    expect(() => acceptPassword(password, personal)).toThrow(/everybody tries first/);
  });

  test.each(["reviowallet2026", "Revio Wallet 2026!!", "thandinkosi2026!!", "Thandi.Nkosi.1990"])(
    "%s refused, because it is about the user or the service",
    (password) => {
      expect(() => acceptPassword(password, personal)).toThrow(/name of this service/);
    },
  );

  test("the message does not repeat the password", () => {
    expect(() => acceptPassword("Password123456!", personal)).not.toThrow(/Password123456/);
  });
});

describe("S04 no rules on kinds of characters", () => {
  test.each([
    "kqzvwmhtdjlrgxbnfpcs",
    "three otters knitting by the river",
    "834095718264907351",
    "!{@#$)%^(&*}_+-=[]~",
    "zebra kettle moonbeam",
  ])("%s accepted", (password) => {
    expect(acceptPassword(password, personal)).toBe(password);
  });
});
