import { readDayClose } from "@revio-wallet/db/sql/day-closes";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { certificateBytes } from "./day-certificate.ts";
import type { DayCloseContext } from "./day-close-context.ts";
import type { ClosedDay } from "./list-day-closes.ts";
import { type DayDifference, verifyDayClose } from "./verify-day-close.ts";

/** A closed day with all that an auditor needs to check it alone, and whether it still holds. */
export interface DayClose extends ClosedDay {
  previousSha256: string | null;
  /** Exactly the bytes that were hashed and signed. */
  certificate: string;
  /** Ed25519, base64. */
  signature: string;
  /** Derived anew just now; empty if everything agrees. */
  differences: DayDifference[];
}

/**
 * One closed day, verified against the ledger as of its cut.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getDayClose(ctx: DayCloseContext, businessOn: string): Promise<DayClose> {
  await requireOperator(ctx, ctx.pool, "reconciliation.view");
  const row = await readDayClose(ctx.pool, businessOn);
  if (row === undefined) throw notFound("closed day");
  return {
    businessOn,
    sha256: row.sha256.toString("hex"),
    keyId: row.keyId,
    chainPosition: row.chainPosition,
    closedAt: row.closedAt,
    previousSha256: row.previousSha256?.toString("hex") ?? null,
    certificate: certificateBytes(row.certificate).toString(),
    signature: row.signature.toString("base64"),
    differences: await verifyDayClose(ctx, businessOn),
  };
}
