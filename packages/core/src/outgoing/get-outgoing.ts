import { type OutgoingSwitch, readOutgoingSwitch } from "@revio-wallet/db/sql/outgoing-switch";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * Whether money may leave at present, and if not, since when and why.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getOutgoing(ctx: Context): Promise<OutgoingSwitch> {
  await requireOperator(ctx, ctx.pool, "home.view");
  return readOutgoingSwitch(ctx.pool);
}
