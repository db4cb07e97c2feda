import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { haltOutgoing } from "./halt-outgoing.ts";
import { requireOperator } from "../operator/require-operator.ts";

/**
 * An operator stops all money from leaving, in one step. Stopping twice changes nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function stopOutgoing(ctx: Context, input: { reason: string }): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "outgoing.stop");
    await haltOutgoing(ctx, tx, input);
  });
}
