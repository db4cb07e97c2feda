import { DomainError } from "../errors.ts";
import type { Page } from "./page-cursor.ts";

/** Where a page of a list ended that is ordered by time and a number that grows: keyset paging over (at, sequence). */
export interface SequencePlace {
  at: Date;
  sequence: bigint;
}

/** Opaque text for the client. */
function encodeSequenceCursor({ at, sequence }: SequencePlace): string {
  return Buffer.from(`${at.toISOString()} ${sequence}`).toString("base64url");
}

/** @throws DomainError INVALID_INPUT if it is not one of ours */
export function decodeSequenceCursor(cursor: string): SequencePlace {
  const [time = "", number = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || !/^\d{1,18}$/.test(number)) {
    throw new DomainError(
      "INVALID_INPUT",
      "The cursor is not one of ours. Start from the first page.",
    );
  }
  return { at, sequence: BigInt(number) };
}

/** Makes a page of `limit + 1` rows read: the one too many tells that there is a next page. */
export function toSequencePage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => SequencePlace,
  toItem: (row: Row) => Item,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(toItem),
    nextCursor: last === undefined ? null : encodeSequenceCursor(placeOf(last)),
  };
}
