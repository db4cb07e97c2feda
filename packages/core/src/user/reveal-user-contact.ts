import { findListedUsers } from "@revio-wallet/db/sql/user-lists";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { checkRateLimit, type RateLimitContext } from "../rate-limit/check-rate-limit.ts";
import { type Contact, openContact } from "./masked-contact.ts";

/**
 * Shows an operator a user's contact data, for a reason that is kept. What cannot be opened is not recorded as shown. Counted
 * per operator: nobody copies the list of customers one by one.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND, RATE_LIMITED, BUSY; Error if the stored bytes were changed or moved
 */
export async function revealUserContact(
  ctx: Context & RateLimitContext,
  input: { userId: string; reason: string },
): Promise<Contact> {
  await requireOperator(ctx, ctx.pool, "users.reveal");
  await checkRateLimit(ctx, "reveal-per-operator", ctx.actor.id);
  return withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "users.reveal");
    const [row] = await findListedUsers(tx, { ids: [input.userId] });
    if (row === undefined) throw notFound("user");
    const contact = openContact(ctx, row);
    await recordAuditEvent(ctx, tx, {
      action: "user.contact_revealed",
      subjectKind: "user",
      subjectId: row.id,
      details: { reason: input.reason },
    });
    return contact;
  });
}
