import { TRPCError } from "@trpc/server";
import { deserialize, serialize, type SuperJSONResult } from "superjson";

/** superjson, but a text that it cannot read is the caller's mistake, not a failure of ours. */
export const transformer = {
  serialize: (value: unknown): SuperJSONResult => serialize(value),
  deserialize: (value: SuperJSONResult): unknown => {
    // superjson takes text, numbers and lists for "nothing", which some procedures are content with.
    if (!isEnvelope(value)) throw new TRPCError({ code: "PARSE_ERROR", message: "not superjson" });
    try {
      return deserialize(value);
    } catch {
      // Without the cause: it may quote the input.
      throw new TRPCError({ code: "PARSE_ERROR", message: "not superjson" });
    }
  },
};

function isEnvelope(value: unknown): boolean {
  return typeof value === "object" && value !== null && "json" in value;
}
