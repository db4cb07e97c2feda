import { createHash } from "node:crypto";
import type { ChainedEntry } from "@revio-wallet/db/sql/hash-chain";

/** What stands before the first link. */
export const genesis: Buffer = Buffer.alloc(32);

/** "<bytes>:<value>," and "~," for null: nothing in a value can pass for the end of it. */
function netstring(value: string | null): string {
  return value === null ? "~," : `${Buffer.byteLength(value)}:${value},`;
}

/** SHA-256 of an entry and its postings in canonical form. The same as journal_entry_hash() in SQL, from the fields alone. */
export function entryHash(entry: Pick<ChainedEntry, "fields" | "postings">): Buffer {
  const canonical = [...entry.fields, ...entry.postings.flat()].map(netstring).join("");
  return createHash("sha256").update(canonical).digest();
}

/** The next link of a chain. */
export function chainHash(before: Buffer, itemHash: Buffer): Buffer {
  return createHash("sha256").update(before).update(itemHash).digest();
}
