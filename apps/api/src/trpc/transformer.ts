import { TRPCError } from "@trpc/server";
import { deserialize, serialize, type SuperJSONResult } from "superjson";

/** superjson, but a text that it cannot read is the caller's mistake, not a failure of ours. */
export const transformer = {
  serialize: (value: unknown): SuperJSONResult => serialize(value),
  deserialize: (value: SuperJSONResult): unknown => {
    try {
      return deserialize(value);
    } catch {
      // Without the cause: it may quote the input.
      throw new TRPCError({ code: "PARSE_ERROR", message: "not superjson" });
    }
  },
};
