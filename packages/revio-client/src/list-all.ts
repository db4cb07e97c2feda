import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { BreachOfContract } from "./errors.ts";
import { decodeWith, type ResourceContext } from "./resource-context.ts";

export interface ListLimit {
  /** Stop after this many objects (newest pages first, as Revio sends them). */
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 1_000;
const MAX_PAGES = 500;

interface Listing<T> {
  operation: string;
  pathTemplate: string;
  firstPage: URL;
  item: z.ZodType<T>;
  /** Throws `BreachOfContract` for a foreign object. */
  check?: (item: T) => void;
}

/** `next` is followed with our key on it, so it must stay inside our own API base. */
function nextPage(context: ResourceContext, next: string | null | undefined): URL | null {
  if (!next) return null;
  const url = URL.parse(next);
  const { origin, pathname } = context.baseUrl;
  if (url !== null && url.origin === origin && url.pathname.startsWith(pathname)) return url;
  throw new BreachOfContract("foreign_url", "the next page is not on Revio's API");
}

/** Reads all pages up to the limit. A bare array (seen once) counts as the only page. */
export async function listAll<T>(
  context: ResourceContext,
  listing: Listing<T>,
  options: CallOptions & ListLimit = {},
): Promise<T[]> {
  const { limit = DEFAULT_LIMIT, ...callOptions } = options;
  const page = z.union([
    z.array(listing.item).transform((results) => ({ results, next: null })),
    z.object({ results: z.array(listing.item), next: z.string().nullish() }),
  ]);
  const items: T[] = [];
  let url: URL | null = listing.firstPage;
  for (let pages = 0; url !== null && items.length < limit && pages < MAX_PAGES; pages += 1) {
    const answer: { results: T[]; next: URL | null } = await context.transport.send(
      {
        operation: listing.operation,
        method: "GET",
        pathTemplate: listing.pathTemplate,
        url,
        kind: "read",
        expects: "json",
        decode: (json) => {
          const { results, next } = decodeWith(page, json);
          for (const item of results) listing.check?.(item);
          return { results, next: nextPage(context, next) };
        },
      },
      callOptions,
    );
    items.push(...answer.results);
    url = answer.next;
  }
  return items.slice(0, limit);
}
