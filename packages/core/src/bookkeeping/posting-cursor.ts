import { DomainError } from "../errors.ts";

/** Where a page of postings ended: keyset paging over (postedAt, id). */
export interface PostingPlace {
  postedAt: Date;
  id: bigint;
}

/** Opaque text for the client. */
export function encodePostingCursor({ postedAt, id }: PostingPlace): string {
  return Buffer.from(`${postedAt.toISOString()} ${id}`).toString("base64url");
}

/** @throws DomainError INVALID_INPUT if it is not one of ours */
export function decodePostingCursor(cursor: string): PostingPlace {
  const [time = "", id = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
  const postedAt = new Date(time);
  if (Number.isNaN(postedAt.getTime()) || !/^\d{1,18}$/.test(id)) {
    throw new DomainError(
      "INVALID_INPUT",
      "The cursor is not one of ours. Start from the first page.",
    );
  }
  return { postedAt, id: BigInt(id) };
}
