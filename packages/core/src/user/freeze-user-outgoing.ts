import { lockUser } from "@revio-wallet/db/sql/users";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { freezeOutgoing } from "./freeze-outgoing.ts";

/**
 * An operator stops money from leaving one user's account. Freezing twice keeps the first reason.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function freezeUserOutgoing(
  ctx: Context,
  input: { userId: string; reason: string },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.freeze");
    if ((await lockUser(tx, input.userId)) === undefined) throw notFound("user");
    await freezeOutgoing(ctx, tx, input);
  });
}
