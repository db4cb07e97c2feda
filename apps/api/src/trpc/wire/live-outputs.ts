import { z } from "zod";

/** What changed since the last such message; what `lastEventId` names. */
export const changesOutput = z.object({
  at: z.date(),
  nouns: z.array(
    z.object({
      noun: z.enum([
        "transaction",
        "break",
        "approval",
        "webhook",
        "queue",
        "run",
        "user",
        "outgoing",
      ]),
      /** Changes, of whatever number of things. */
      count: z.number().int(),
      /** Of the first things that changed. */
      ids: z.array(z.string()),
    }),
  ),
  /** New lines of the audit trail. */
  auditEvents: z.number().int(),
  /** Too much to tell: read everything anew. */
  isOverflow: z.boolean(),
});
