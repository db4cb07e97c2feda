import {
  findProviderDeliveries,
  type ProviderDeliveryFacts,
} from "@revio-wallet/db/sql/provider-event-lists";
import type { DeliveryVerdict } from "@revio-wallet/db/sql/provider-events";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import type { Page } from "../transaction/page-cursor.ts";
import { decodeSequenceCursor, toSequencePage } from "../transaction/sequence-cursor.ts";

/** One HTTP delivery as operators see it. */
export interface ProviderDelivery extends Omit<ProviderDeliveryFacts, "bodySha256" | "headers"> {
  /** Allow-listed ones; nothing that authorizes. */
  headers: Record<string, string>;
  /** What is known of its signature. Deliveries from before reasons were kept say only "invalid". */
  signature: "valid" | "invalid" | "missing";
  /** Of the sender, as the proxy in front told it. */
  sourceAddress: string | null;
  /** In hex. */
  bodySha256: string | null;
}

export function toProviderDelivery({
  bodySha256,
  ...facts
}: ProviderDeliveryFacts): ProviderDelivery {
  return {
    ...facts,
    signature: signatureOf(facts),
    sourceAddress: facts.headers["x-forwarded-for"] ?? null,
    bodySha256: bodySha256?.toString("hex") ?? null,
  };
}

function signatureOf({
  verdict,
  signatureReason,
}: Pick<ProviderDeliveryFacts, "verdict" | "signatureReason">): ProviderDelivery["signature"] {
  if (verdict !== "invalid_signature") return "valid";
  return signatureReason === "missing_signature" ? "missing" : "invalid";
}

/**
 * One page of HTTP deliveries at the webhook's address, forged ones and repeats too, newest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listProviderDeliveries(
  ctx: Pick<Context, "pool" | "actor">,
  input: {
    verdict?: DeliveryVerdict | undefined;
    providerEventId?: string | undefined;
    from?: Date | undefined;
    to?: Date | undefined;
    cursor?: string | undefined;
    /** 1 to 100. */
    limit: number;
  },
): Promise<Page<ProviderDelivery>> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  const { cursor, limit, ...filter } = input;
  const after = cursor === undefined ? undefined : decodeSequenceCursor(cursor);
  const rows = await findProviderDeliveries(ctx.pool, { ...filter, after, limit: limit + 1 });
  const placeOf = ({ receivedAt, id }: ProviderDeliveryFacts) => ({ at: receivedAt, sequence: id });
  return toSequencePage(rows, limit, placeOf, toProviderDelivery);
}
