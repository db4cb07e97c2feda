import { type OutgoingSwitch, readOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import type { Context } from "../context.ts";
import { requireOutgoingOperator } from "./require-outgoing-operator.ts";

/**
 * Whether money may leave at present, and if not, since when and why.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getOutgoing(ctx: Context): Promise<OutgoingSwitch> {
  await requireOutgoingOperator(ctx, ctx.pool, "look");
  return readOutgoingSwitch(ctx.pool);
}
