import { findProviderEvent } from "@revio-wallet/db/sql/provider-events";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { maskBody } from "./mask-body.ts";
import { openProviderValue } from "./provider-data-key.ts";
import { eventBodyPlace } from "./receive-provider-event.ts";

export interface RevealedBody {
  /** As received, but for what nobody may see: execution URLs, tokens, card numbers. Bytes that are no UTF-8 show as U+FFFD. */
  text: string;
  isUtf8: boolean;
  bytes: number;
  /** Show it no longer than this. */
  hideAfterSeconds: number;
}

const hideAfterSeconds = 60;

/**
 * The body of a webhook, which holds personal data: for a reason, which is kept with who saw it. Opened only once that is on
 * record.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function revealProviderEvent(
  ctx: Context,
  input: { providerEventId: string; reason: string },
): Promise<RevealedBody> {
  const stored = await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "webhooks.reveal");
    const found = await findProviderEvent(tx, input.providerEventId);
    if (found === undefined) throw notFound("webhook");
    await recordAuditEvent(ctx, tx, {
      action: "provider_event.revealed",
      subjectKind: "provider_event",
      subjectId: found.id,
      details: { reason: input.reason },
    });
    return found;
  });
  const place = eventBodyPlace(stored.id);
  const { dataKeyId, bodyCiphertext } = stored;
  const body = await openProviderValue(ctx, ctx.pool, dataKeyId, place, bodyCiphertext);
  const text = body.toString("utf8");
  return {
    text: maskBody(text),
    isUtf8: Buffer.from(text, "utf8").equals(body),
    bytes: body.length,
    hideAfterSeconds,
  };
}
