import { currencies, maxAmountMinor } from "@revio-wallet/core/money";
import { z } from "zod";

/** Input of a procedure that asks for nothing. */
export const noInput = z.strictObject({}).optional();

/** Answer of a procedure that has nothing to tell but that it is done. */
export const done = z.object({ done: z.literal(true) });

export const currency = z.enum(currencies);

/** Whole cents, more than none, at most what a 64-bit column holds. Never a number: floats lose cents. */
export const amountMinor = z
  .bigint({ error: "Send a whole number of cents as a bigint." })
  .positive({ error: "The amount must be more than zero." })
  .max(maxAmountMinor, { error: "The amount is too large." });

export const id = z.uuid({ error: "Send a UUID." }).toLowerCase();

/** Made by the client once per intent of its user, and sent again with every repetition. */
export const idempotencyKey = z
  .uuid({ error: "Send a UUID that stands for this one request." })
  .toLowerCase();

/** Text that any part of the system can store: no NUL, no half characters, no control characters. */
export function text(limits: { min: number; max: number }) {
  return z
    .string()
    .min(limits.min, { error: `Write at least ${limits.min} characters.` })
    .max(limits.max, { error: `Write at most ${limits.max} characters.` })
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), {
      error: "It holds characters that cannot be stored.",
    });
}

/** Why an operator does something: kept in the audit trail. */
export const reason = text({ min: 3, max: 1_000 });

/** "house:revio_float:ZAR" */
export const accountCode = z
  .string()
  .max(128)
  .regex(/^(house|user):[a-z0-9_:-]+:[A-Z]{3}$/, {
    error: "Send the code of a ledger account, like house:revio_float:ZAR.",
  });

/** A half-open period: at or after `from`, before `to`. */
export const periodInput = { from: z.date().optional(), to: z.date().optional() };

/** A password is taken as it is; the verb judges it. */
export const password = z
  .string()
  .min(1, { error: "Give the password." })
  .max(1_024, { error: "The password is too long." });

export const totpCode = z.string().regex(/^\d{6}$/, { error: "Send the six digits." });
export const recoveryCode = z.string().min(1).max(64, { error: "This is no recovery code." });

/** Paging of lists, newest first. */
export const pageInput = {
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(100).default(25),
};

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
