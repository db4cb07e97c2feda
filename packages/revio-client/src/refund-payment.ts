import { z } from "zod";

import { paymentDetails } from "./payment-details.ts";
import type { KnownPaymentStatus } from "./vocabulary.ts";
import { openWord, text, unixTimeOrNull, uuid } from "./wire-values.ts";

/** A refund as Revio's own object (a Payment): the answer to a direct refund. */
export const refundPayment = z
  .object({
    id: uuid,
    type: z.literal("payment"),
    // Status and reference stand in the guide's example but not in the schema: optional.
    status: openWord<KnownPaymentStatus>().nullish(),
    is_test: z.boolean(),
    brand_id: uuid.nullish(),
    payment: paymentDetails,
    reference: text,
    related_to: z
      .object({ id: z.string(), type: z.string(), reference: z.string().nullish() })
      .nullish(),
    created_on: unixTimeOrNull,
    updated_on: unixTimeOrNull,
  })
  .transform((wire) => ({
    id: wire.id,
    type: wire.type,
    status: wire.status ?? null,
    isTest: wire.is_test,
    brandId: wire.brand_id ?? null,
    payment: wire.payment,
    reference: wire.reference,
    relatedTo: wire.related_to
      ? {
          id: wire.related_to.id,
          type: wire.related_to.type,
          reference: wire.related_to.reference ?? null,
        }
      : null,
    createdOn: wire.created_on,
    updatedOn: wire.updated_on,
  }));
export type RefundPayment = z.output<typeof refundPayment>;
