import { createHash } from "node:crypto";
import type { ViewFilters } from "@revio-wallet/db/sql/saved-views";

/** The same filters in one form: names and several values in order, each value once, without those that say nothing or say where one is. */
export function normaliseFilters(filters: ViewFilters): ViewFilters {
  const entries = Object.entries(filters)
    .filter(([name]) => name !== "cursor")
    .map(([name, value]): [string, string | string[]] => {
      const values = [...new Set([value].flat().map((one) => one.trim()))].filter(
        (one) => one !== "",
      );
      return [name, values.length === 1 ? (values[0] ?? "") : values.sort()];
    })
    .filter(([, value]) => value.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

/** Equal for filters that leave the same rows; takes them normalised. */
export function filtersSha256(filters: ViewFilters): Buffer {
  return createHash("sha256")
    .update(JSON.stringify(Object.entries(filters)))
    .digest();
}
