import { z } from "zod";
import { pageOf } from "./input.ts";

/** What operators see of the ledger. Amounts in minor units; balances in the account's normal side. */

const side = z.enum(["debit", "credit"]);
const accountType = z.enum(["asset", "liability", "income", "expense"]);

export const ledgerAccountOutput = z.object({
  /** "house:revio_float:ZAR", "user:<id>:available:ZAR" */
  code: z.string(),
  name: z.string(),
  type: accountType,
  normalSide: side,
  currency: z.string(),
  /** Null: an account of the house. */
  userId: z.string().nullable(),
  createdAt: z.date(),
  balanceMinor: z.bigint(),
  lastPostedAt: z.date().nullable(),
});

/** A page of a statement, the newest first, with what each account held at both ends of the period. */
export const statementFields = {
  ...pageOf(
    z.object({
      id: z.bigint(),
      accountCode: z.string(),
      accountName: z.string(),
      direction: side,
      amountMinor: z.bigint().positive(),
      balanceAfterMinor: z.bigint(),
      currency: z.string(),
      journalEntryId: z.string(),
      event: z.string(),
      transactionId: z.string().nullable(),
      transactionReference: z.string().nullable(),
      postedAt: z.date(),
    }),
  ).shape,
  accounts: z.array(
    z.object({
      accountCode: z.string(),
      accountName: z.string(),
      currency: z.string(),
      normalSide: side,
      openingMinor: z.bigint(),
      closingMinor: z.bigint(),
    }),
  ),
};

export const accountStatementOutput = z.object({
  account: ledgerAccountOutput,
  ...statementFields,
});

export const journalEntryOutput = z.object({
  id: z.string(),
  /** Order of writing; with gaps. */
  sequence: z.bigint(),
  /** "<event>:<subject id>" */
  entryKey: z.string(),
  event: z.string(),
  transactionId: z.string().nullable(),
  transactionReference: z.string().nullable(),
  /** In the world, at the provider. */
  occurredAt: z.date(),
  postedAt: z.date(),
  postings: z.array(
    z.object({
      id: z.bigint(),
      accountCode: z.string(),
      accountName: z.string(),
      accountType,
      normalSide: side,
      userId: z.string().nullable(),
      currency: z.string(),
      direction: side,
      amountMinor: z.bigint().positive(),
      /** User accounts only. */
      balanceBeforeMinor: z.bigint().nullable(),
      balanceAfterMinor: z.bigint().nullable(),
    }),
  ),
});

export const journalEntryDetailsOutput = journalEntryOutput.extend({
  /** Null until the hash chain has come to the entry. Hashes in hex. */
  link: z
    .object({
      position: z.bigint(),
      chainedAt: z.date(),
      itemHash: z.string(),
      chainHash: z.string(),
      /** Hashed just now, the entry is what was chained. */
      isIntact: z.boolean(),
    })
    .nullable(),
  /** The approval that an adjustment rests on. */
  approvalId: z.string().nullable(),
  /** The break that the entry resolved. */
  breakId: z.string().nullable(),
});

export const trialBalanceOutput = z.object({
  asOf: z.date(),
  lines: z.array(
    z.object({
      /** Null: all user accounts of this name together. */
      accountCode: z.string().nullable(),
      name: z.string(),
      type: accountType,
      normalSide: side,
      currency: z.string(),
      balanceMinor: z.bigint(),
    }),
  ),
  totals: z.array(
    z.object({
      currency: z.string(),
      debitMinor: z.bigint().nonnegative(),
      creditMinor: z.bigint().nonnegative(),
    }),
  ),
  /** The certificate of the closed day that the figures start from; null: from the first posting on. */
  startsFrom: z.object({ businessOn: z.string() }).nullable(),
});
