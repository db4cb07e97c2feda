import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  accountLookup,
  parseAccountNumber,
  parseBranchCode,
} from "../../../src/bank-account/account-number.ts";
import { bankName, southAfricanBanks } from "../../../src/bank-account/south-african-banks.ts";

describe("account number", () => {
  test("6 to 11 digits; blanks and hyphens are how people write", () => {
    expect(parseAccountNumber("62 812 345-678")).toBe("62812345678");
    expect(parseAccountNumber("001234")).toBe("001234");
  });
  test.each([
    "12345",
    "123456789012",
    "6281234567a",
    "٦٢٨١٢٣٤٥",
    "６２８１２３４５",
    "6.28e7",
    "",
    "628123\n45;",
  ])("%j refused", (text) => {
    expect(() => parseAccountNumber(text)).toThrow(/6 to 11 digits/);
  });
});

describe("branch code", () => {
  test.each(["", "25065", "2506555", "25065a", "٢٥٠٦٥٥", "000000", " 250655"])(
    "%j refused",
    (text) => {
      expect(() => parseBranchCode(text)).toThrow(/six digits/);
    },
  );
  test("universal codes name their bank, others are kept as Other", () => {
    expect(bankName("250655")).toBe("FNB");
    expect(bankName("051001")).toBe("Standard Bank");
    expect(bankName("123456")).toBe("Other");
    expect(new Set(southAfricanBanks.map((bank) => bank.branchCode)).size).toBe(
      southAfricanBanks.length,
    );
    for (const bank of southAfricanBanks)
      expect(parseBranchCode(bank.branchCode)).toBe(bank.branchCode);
  });
});

test("S90 the blind index finds the same account of the same user only", () => {
  const keyring = {
    currentKeyId: "a",
    keyEncryptionKeys: new Map([["a", randomBytes(32)]]),
    lookupKey: randomBytes(32),
    passwordPepper: randomBytes(32),
  };
  const account = { userId: "u1", branchCode: "250655", accountNumber: "0062812345" };
  const same = accountLookup(keyring, { ...account, accountNumber: "62812345" });
  expect(accountLookup(keyring, account)).toEqual(same);
  expect(accountLookup(keyring, { ...account, userId: "u2" })).not.toEqual(same);
  expect(accountLookup(keyring, { ...account, branchCode: "632005" })).not.toEqual(same);
  const otherKey = { ...keyring, lookupKey: randomBytes(32) };
  expect(accountLookup(otherKey, account)).not.toEqual(same);
});
