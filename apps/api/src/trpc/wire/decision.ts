import { z } from "zod";
import { id, text } from "./input.ts";

/** A checker's word on one proposal, and why; both ways. */
export const decisionInput = z.strictObject({
  approvalId: id,
  decision: z.enum(["approved", "rejected"]),
  reason: text({ min: 3, max: 500 }),
});
