import { DomainError } from "../errors.ts";

/** Where a page of a list ended: keyset paging over (createdAt, id). */
interface PageEnd {
  createdAt: Date;
  id: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque text for the client. */
export function encodeCursor({ createdAt, id }: PageEnd): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString("base64url");
}

/** @throws DomainError INVALID_INPUT if it is not one of ours */
export function decodeCursor(cursor: string): PageEnd {
  const [time = "", id = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !uuid.test(id)) {
    throw new DomainError(
      "INVALID_INPUT",
      "The cursor is not one of ours. Start from the first page.",
    );
  }
  return { createdAt, id };
}

/** One page of a list. */
export interface Page<Item> {
  items: Item[];
  /** For the next page; null on the last one. */
  nextCursor: string | null;
}

/** Prisma filter for what comes after the cursor, newest first. */
export function after(cursor: string | undefined) {
  if (cursor === undefined) return {};
  const { createdAt, id } = decodeCursor(cursor);
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}

/** Makes a page of `limit + 1` rows read: the one too many tells that there is a next page. */
export function toPage<Row extends PageEnd, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last) : null,
  };
}
