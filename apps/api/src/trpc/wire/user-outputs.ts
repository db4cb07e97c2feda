import { z } from "zod";
import { balanceOutput, bankAccountOutput } from "./outputs.ts";
import { pageOf } from "./input.ts";
import { statementFields } from "./ledger-outputs.ts";

/** What operators see of users. Personal data is masked; what is revealed leaves by a procedure of its own. */

const maskedContactOutput = z.object({
  /** "t•••@e•••.com" */
  email: z.string(),
  /** "T••• N•••" */
  fullName: z.string(),
  /** "+27 ••• 67" */
  phone: z.string().nullable(),
});

export const userStatus = z.enum(["active", "suspended", "closed"]);

export const listedUserOutput = z.object({
  id: z.string(),
  status: userStatus,
  /** Null if it cannot be opened: the stored bytes were changed, or their key is missing. */
  contact: maskedContactOutput.nullable(),
  outgoingFrozenAt: z.date().nullable(),
  outgoingFrozenReason: z.string().nullable(),
  createdAt: z.date(),
});

const userChangeOutput = z.object({
  /** "user.suspended" */
  action: z.string(),
  at: z.date(),
  reason: z.string().nullable(),
  actorKind: z.enum(["user", "operator", "system", "provider"]),
  actorId: z.string().nullable(),
  actorName: z.string().nullable(),
});

export const userProfileOutput = listedUserOutput.extend({
  totpEnabled: z.boolean(),
  balances: z.array(balanceOutput),
  /** Who last suspended or reactivated the user; null: never. */
  statusChange: userChangeOutput.nullable(),
  /** Who or what froze outgoing money; null while it is not frozen. */
  freeze: userChangeOutput.nullable(),
  transactions: z.array(
    z.object({ kind: z.string(), status: z.string(), count: z.bigint().nonnegative() }),
  ),
  openBreaks: z.array(
    z.object({
      id: z.string(),
      class: z.string(),
      severity: z.enum(["notice", "warning", "critical"]),
      subject: z.string(),
      transactionId: z.string().nullable(),
      openedAt: z.date(),
    }),
  ),
});

export const userStatementOutput = z.object(statementFields);

export const userSessionsOutput = pageOf(
  z.object({
    id: z.string(),
    createdAt: z.date(),
    lastUsedAt: z.date(),
    expiresAt: z.date(),
    endedAt: z.date().nullable(),
    endReason: z.string().nullable(),
    userAgent: z.string().nullable(),
    /** Can still be used. */
    isOpen: z.boolean(),
  }),
);

export const userBankAccountOutput = bankAccountOutput.extend({
  status: z.enum(["active", "removed"]),
  removedAt: z.date().nullable(),
});
