import { searchedTypes } from "@revio-wallet/core/search/find-anything";
import { z } from "zod";

/** What the search finds, grouped by type; a role that may not see a type gets no group of it. */
export const searchOutput = z.array(
  z.object({
    type: z.enum(searchedTypes),
    hits: z.array(
      z.object({
        id: z.string(),
        /** What people call it. Of users: masked name and address. */
        label: z.string(),
        /** By what of it: "id", "reference", "idempotency_key", … */
        matchedBy: z.string(),
        status: z.string().nullable(),
        amountMinor: z.bigint().nullable(),
        currency: z.string().nullable(),
        at: z.date().nullable(),
      }),
    ),
    hasMore: z.boolean(),
  }),
);
