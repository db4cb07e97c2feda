import { isTrackedEnvelope, tracked, type TrackedEnvelope } from "@trpc/server";
import { z } from "zod";

type Stream<Item> = AsyncIterable<TrackedEnvelope<Item>, void, unknown>;

/** Output of a subscription: a stream of items with durable ids, each cut to its schema like any other output. */
export function trackedStream<Item>(item: z.ZodType<Item>): z.ZodType<Stream<Item>, Stream<Item>> {
  return z
    .custom<Stream<Item>>((value) => isAsyncIterable(value))
    .transform(async function* (stream): AsyncGenerator<TrackedEnvelope<Item>, void, unknown> {
      // `for await` also ends the source when the reader of this stream goes away.
      for await (const envelope of stream) {
        if (!isTrackedEnvelope(envelope)) throw new Error("an item of a stream has no id");
        const [id, data] = envelope;
        yield tracked(id, await item.parseAsync(data));
      }
    });
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
