import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { timelineStepOutput, transactionOutput } from "../../wire/outputs.ts";
import { trackedStream } from "../../wire/tracked-stream.ts";
import { streamUpdates } from "./stream-updates.ts";

/**
 * Status changes of the user's transactions as they happen. Each has a durable id: a client that comes back with the last
 * one it saw misses nothing and sees nothing twice. Without one the stream begins now.
 */
export const onUpdate = userProcedure("read-per-user")
  .input(z.strictObject({ lastEventId: z.string().max(64).nullish() }).optional())
  .output(trackedStream(timelineStepOutput.extend({ transaction: transactionOutput })))
  .subscription(({ ctx, input, signal }) => streamUpdates(ctx, input?.lastEventId, signal));
