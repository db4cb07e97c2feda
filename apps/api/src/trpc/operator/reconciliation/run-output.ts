import { z } from "zod";

/** A reconciliation run as operators see it: how far it is, and what it has counted. */
export const runOutput = z.object({
  id: z.string(),
  kind: z.enum(["objects", "statement", "float"]),
  windowFrom: z.date(),
  windowTo: z.date(),
  state: z.enum(["running", "completed", "failed"]),
  phase: z.string(),
  /** Why it cannot go on; names a line and a column, never a value. */
  failure: z.string().nullable(),
  checkedCount: z.bigint(),
  breakCount: z.bigint(),
  lineCount: z.bigint(),
  requestedByKind: z.enum(["operator", "system"]),
  requestedBy: z.string(),
  requestedAt: z.date(),
  completedAt: z.date().nullable(),
});
