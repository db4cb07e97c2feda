import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { houseAccount, userAccount } from "../../../src/ledger/chart-of-accounts.ts";
import {
  credit,
  debit,
  type JournalEntry,
  journalEntry,
} from "../../../src/ledger/journal-entry.ts";
import { adjustmentApproved } from "../../../src/ledger/posting-rules/adjustment-approved.ts";
import { chargebackReversed } from "../../../src/ledger/posting-rules/chargeback-reversed.ts";
import { depositChargedBack } from "../../../src/ledger/posting-rules/deposit-charged-back.ts";
import { depositCompleted } from "../../../src/ledger/posting-rules/deposit-completed.ts";
import { depositRefunded } from "../../../src/ledger/posting-rules/deposit-refunded.ts";
import { paymentReceivedInSuspense } from "../../../src/ledger/posting-rules/payment-received-in-suspense.ts";
import {
  suspenseReleased,
  suspenseRestored,
  suspenseReturned,
} from "../../../src/ledger/posting-rules/suspense-returned.ts";
import { withdrawalCompleted } from "../../../src/ledger/posting-rules/withdrawal-completed.ts";
import { withdrawalReleased } from "../../../src/ledger/posting-rules/withdrawal-released.ts";
import { withdrawalReserved } from "../../../src/ledger/posting-rules/withdrawal-reserved.ts";
import {
  withdrawalReturnCredited,
  withdrawalReturnReceived,
} from "../../../src/ledger/posting-rules/withdrawal-returned.ts";

const userId = "01a20000-0000-7000-8000-000000000001";
const transactionId = "01a20000-0000-7000-8000-000000000002";
const occurredAt = new Date("2026-11-24T10:00:00Z");
const purchaseId = "7b0f4a52-6a1e-4c8d-9f30-2f6f2b1f9a01";
const held = { purchaseId, transactionId, currency: "ZAR", occurredAt, change: 1 } as const;
const of = { transactionId, userId, currency: "ZAR", occurredAt } as const;

/** "debit user:available 100" per posting. */
const lines = ({ postings }: JournalEntry) =>
  postings.map(
    ({ account, direction, amountMinor }) =>
      `${direction} ${account.replace(`${userId}:`, "").replace(":ZAR", "")} ${amountMinor}`,
  );

describe("each rule's postings", () => {
  test.each<[string, JournalEntry, string[]]>([
    [
      "a deposit with both fees",
      depositCompleted({ ...of, amountMinor: 10_000n, feeMinor: 150n, providerFeeMinor: 275n }),
      [
        "debit house:revio_float 9725",
        "debit house:provider_fees 275",
        "credit user:available 9850",
        "credit house:fee_income 150",
      ],
    ],
    [
      "a deposit without fees",
      depositCompleted({ ...of, amountMinor: 10_000n, feeMinor: 0n, providerFeeMinor: 0n }),
      ["debit house:revio_float 10000", "credit user:available 10000"],
    ],
    [
      "a refund of money that is there",
      depositRefunded({ ...of, amountMinor: 4_000n, availableMinor: 4_000n }),
      ["debit user:available 4000", "credit house:revio_float 4000"],
    ],
    [
      "a refund of money that is gone",
      depositRefunded({ ...of, amountMinor: 4_000n, availableMinor: 0n }),
      ["debit user:receivable 4000", "credit house:revio_float 4000"],
    ],
    [
      "a chargeback with a shortfall and a fee",
      depositChargedBack({
        ...of,
        amountMinor: 4_000n,
        availableMinor: 1_500n,
        providerFeeMinor: 25_000n,
      }),
      [
        "debit user:available 1500",
        "debit user:receivable 2500",
        "debit house:chargeback_losses 25000",
        "credit house:revio_float 29000",
      ],
    ],
    [
      "a won dispute that pays a debt",
      chargebackReversed({ ...of, amountMinor: 4_000n, receivableMinor: 2_500n }),
      ["debit house:revio_float 4000", "credit user:receivable 2500", "credit user:available 1500"],
    ],
    [
      "a won dispute that pays part of a larger debt",
      chargebackReversed({ ...of, amountMinor: 4_000n, receivableMinor: 9_000n }),
      ["debit house:revio_float 4000", "credit user:receivable 4000"],
    ],
    [
      "a reserve, fee on top",
      withdrawalReserved({ ...of, amountMinor: 10_000n, feeMinor: 200n }),
      ["debit user:available 10200", "credit user:pending 10200"],
    ],
    [
      "a release, fee included",
      withdrawalReleased({ ...of, amountMinor: 10_000n, feeMinor: 200n }),
      ["debit user:pending 10200", "credit user:available 10200"],
    ],
    [
      "a settlement with both fees",
      withdrawalCompleted({ ...of, amountMinor: 10_000n, feeMinor: 200n, providerFeeMinor: 850n }),
      [
        "debit user:pending 10200",
        "debit house:provider_fees 850",
        "credit house:revio_float 10850",
        "credit house:fee_income 200",
      ],
    ],
    [
      "a return, received",
      withdrawalReturnReceived({ ...of, amountMinor: 10_000n }),
      ["debit house:revio_float 10000", "credit house:payout_returns 10000"],
    ],
    [
      "a return, credited",
      withdrawalReturnCredited({ ...of, amountMinor: 10_000n }),
      ["debit house:payout_returns 10000", "credit user:available 10000"],
    ],
    [
      "an adjustment",
      adjustmentApproved({
        approvalId: transactionId,
        debitAccount: houseAccount("adjustments", "ZAR"),
        creditAccount: userAccount(userId, "available", "ZAR"),
        amountMinor: 77n,
        occurredAt,
      }),
      ["debit house:adjustments 77", "credit user:available 77"],
    ],
  ])("%s", (_, entry, expected) => {
    expect(lines(entry)).toEqual(expected);
    expect(entry.key).toBe(`${entry.event}:${transactionId}`);
    expect(entry.occurredAt).toBe(occurredAt);
  });
});

describe("whatever the amounts", () => {
  const amount = fc.bigInt({ min: 1n, max: 2n ** 62n });
  const share = (whole: bigint, part: bigint) => (whole * part) / 100n;

  test("entries balance, and no line is zero or negative", () => {
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.bigInt({ min: 0n, max: 99n }),
        (amountMinor, balance, part) => {
          const fee = share(amountMinor, part);
          for (const { postings } of [
            depositCompleted({ ...of, amountMinor, feeMinor: fee, providerFeeMinor: fee }),
            depositRefunded({ ...of, amountMinor, availableMinor: balance }),
            depositChargedBack({
              ...of,
              amountMinor,
              availableMinor: balance,
              providerFeeMinor: fee,
            }),
            chargebackReversed({ ...of, amountMinor, receivableMinor: balance }),
            withdrawalReserved({ ...of, amountMinor, feeMinor: fee }),
            withdrawalReleased({ ...of, amountMinor, feeMinor: fee }),
            withdrawalCompleted({ ...of, amountMinor, feeMinor: fee, providerFeeMinor: fee }),
          ]) {
            expect(postings.every((posting) => posting.amountMinor > 0n)).toBe(true);
            const sum = postings.reduce(
              (total, posting) =>
                total + (posting.direction === "debit" ? 1n : -1n) * posting.amountMinor,
              0n,
            );
            expect(sum).toBe(0n);
          }
        },
      ),
    );
  });

  test("a release gives back exactly what the reserve took", () => {
    fc.assert(
      fc.property(amount, amount, (amountMinor, feeMinor) => {
        const reserved = withdrawalReserved({ ...of, amountMinor, feeMinor }).postings;
        const released = withdrawalReleased({ ...of, amountMinor, feeMinor }).postings;
        const turned = released.map((posting) => ({
          ...posting,
          direction: posting.direction === "debit" ? "credit" : "debit",
        }));
        expect(
          new Set(turned.map((line) => `${line.direction}${line.account}${line.amountMinor}`)),
        ).toEqual(
          new Set(reserved.map((line) => `${line.direction}${line.account}${line.amountMinor}`)),
        );
      }),
    );
  });
});

describe("money in suspense: keyed by the payment, and by the number of the change", () => {
  test.each<[string, JournalEntry, string[]]>([
    [
      "money of nobody's",
      paymentReceivedInSuspense({
        ...held,
        transactionId: undefined,
        amountMinor: 10_000n,
        providerFeeMinor: 275n,
      }),
      [
        "debit house:revio_float 9725",
        "debit house:provider_fees 275",
        "credit house:suspense 10000",
      ],
    ],
    [
      "some of it sent back to the payer",
      suspenseReturned({ ...held, amountMinor: 4_000n }),
      ["debit house:suspense 4000", "credit house:revio_float 4000"],
    ],
    [
      "a dispute about it won",
      suspenseRestored({ ...held, amountMinor: 4_000n }),
      ["debit house:revio_float 4000", "credit house:suspense 4000"],
    ],
    [
      "it is the deposit's after all",
      suspenseReleased({ ...held, heldMinor: 10_000n, providerFeeMinor: 275n }),
      [
        "debit house:suspense 10000",
        "credit house:provider_fees 275",
        "credit house:revio_float 9725",
      ],
    ],
    [
      "it is the deposit's after all, and the payer has all of it back",
      suspenseReleased({ ...held, heldMinor: 0n, providerFeeMinor: 275n }),
      ["credit house:provider_fees 275", "debit house:revio_float 275"],
    ],
  ])("%s", (_, entry, expected) => {
    expect(lines(entry)).toEqual(expected);
    const change = entry.event === "suspense.received" ? "" : ":1";
    expect(entry.key).toBe(`${entry.event}:${purchaseId}${change}`);
  });
});

describe("an entry that is wrong is refused", () => {
  const float = houseAccount("revio_float", "ZAR");
  const suspense = houseAccount("suspense", "ZAR");
  test.each([
    ["one-sided", [debit(float, 1n)], "needs two postings"],
    ["only zeros", [debit(float, 0n), credit(suspense, 0n)], "needs two postings"],
    ["unbalanced", [debit(float, 2n), credit(suspense, 1n)], "differ by 1"],
    ["negative", [debit(float, -1n), credit(suspense, -1n)], "amounts are positive"],
    ["the same account twice", [debit(float, 1n), credit(float, 1n)], "an account stands twice"],
  ])("%s", (_, postings, message) => {
    expect(() => journalEntry("test.event", "1", { occurredAt, postings })).toThrow(message);
  });
});
