import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { changesOutput } from "../../wire/live-outputs.ts";
import { trackedStream } from "../../wire/tracked-stream.ts";
import { streamChanges } from "./stream-changes.ts";

/**
 * What changed, about once a second while something does: which kinds of things, how many, and the ids of the first. Hints to read
 * anew, never the truth itself. Each has a durable id: who comes back with the last one misses nothing. Without one the stream begins now.
 */
export const events = operatorProcedure("home.view")
  .input(z.strictObject({ lastEventId: z.string().max(96).nullish() }).optional())
  .output(trackedStream(changesOutput))
  .subscription(({ ctx, input, signal }) => streamChanges(ctx, input?.lastEventId, signal));
