import {
  type AuditEventRow,
  type AuditLinkRow,
  findAuditEvent,
  findAuditLink,
} from "@revio-wallet/db/sql/audit-lists";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { type AuditedChange, changesOf } from "./changes-of.ts";

export interface AuditEvent extends AuditEventRow {
  changes: AuditedChange[];
  /** What the details say beside the changes. */
  rest: Record<string, unknown>;
  /** Its link in the hash chain, checked now; null while it is not chained, for about a minute. */
  link: AuditLinkRow | null;
}

/**
 * One audit event with before and after, and whether it still is what was written.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getAuditEvent(
  ctx: Pick<Context, "pool" | "actor">,
  input: { sequence: bigint },
): Promise<AuditEvent> {
  await requireOperator(ctx, ctx.pool, "audit.view");
  const event = await findAuditEvent(ctx.pool, input.sequence);
  if (event === undefined) throw notFound("audit event");
  const link = await findAuditLink(ctx.pool, input.sequence);
  return { ...event, ...changesOf(event.details), link: link ?? null };
}
