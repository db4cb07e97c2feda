import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { haltOutgoing } from "./halt-outgoing.ts";
import { requireOutgoingOperator } from "./require-outgoing-operator.ts";

/**
 * An operator stops all money from leaving, in one step. Stopping twice changes nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function stopOutgoing(ctx: Context, input: { reason: string }): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOutgoingOperator(ctx, tx, "stop");
    await haltOutgoing(ctx, tx, input);
  });
}
