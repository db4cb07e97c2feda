import type { Json, JsonObject } from "../json.ts";
import { fieldError } from "./api-error.ts";

const pageSize = 50;

/**
 * Revio's list form with a cursor. `next` is an absolute URL to follow verbatim.
 *
 * @param items all results in their order; the sandbox is small enough to cut a page out of them
 */
export function paginate(items: Json[], query: URLSearchParams, url: string): JsonObject {
  const cursor = query.get("cursor");
  const offset = cursor === null ? 0 : Number(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!Number.isInteger(offset) || offset < 0)
    throw fieldError("cursor", "invalid", "Invalid cursor");
  return {
    results: items.slice(offset, offset + pageSize),
    next: offset + pageSize < items.length ? pageUrl(url, query, offset + pageSize) : null,
    previous: offset > 0 ? pageUrl(url, query, Math.max(0, offset - pageSize)) : null,
  };
}

function pageUrl(url: string, query: URLSearchParams, offset: number): string {
  const changed = new URLSearchParams(query);
  changed.set("cursor", Buffer.from(String(offset)).toString("base64url"));
  return `${url}?${changed.toString()}`;
}
