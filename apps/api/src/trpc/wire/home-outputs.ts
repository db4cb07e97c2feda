import { waitingKeys } from "@revio-wallet/core/home/get-home";
import { transactionKinds } from "@revio-wallet/core/transaction/transaction-status";
import { z } from "zod";

export const homeOutput = z.object({
  items: z.array(
    z.object({
      key: z.enum(waitingKeys),
      count: z.int().nonnegative(),
      /** There are more than were counted. */
      isMore: z.boolean(),
      oldestAt: z.date().nullable(),
      urgency: z.enum(["critical", "warning", "notice"]),
      /** The list, and its filter, that shows just these rows. */
      list: z.string(),
      filter: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])),
      /** Only those since then are counted. */
      since: z.date().nullable(),
    }),
  ),
  breakAges: z.array(
    z.object({
      /** In days. */
      age: z.enum(["0-1", "2-3", "4-7", "over-7"]),
      /** Opened since then; null: ever. */
      from: z.date().nullable(),
      /** Opened before then; null: until now. */
      to: z.date().nullable(),
      count: z.int().nonnegative(),
    }),
  ),
  outgoing: z.object({ stoppedAt: z.date().nullable(), reason: z.string().nullable() }),
  lastWebhookAt: z.date().nullable(),
  asOf: z.date(),
});

export const seriesOutput = z.object({
  periods: z.array(
    z.object({
      from: z.date(),
      to: z.date(),
      isFinished: z.boolean(),
      byKind: z.array(
        z.object({
          kind: z.enum(transactionKinds),
          created: z.int(),
          completed: z.int(),
          unsuccessful: z.int(),
          cancelled: z.int(),
          open: z.int(),
          completedMinor: z.bigint(),
          p50Seconds: z.number().nullable(),
          p95Seconds: z.number().nullable(),
        }),
      ),
    }),
  ),
});
