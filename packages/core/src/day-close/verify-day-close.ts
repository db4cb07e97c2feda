import { verify } from "node:crypto";
import {
  type DayCloseRow,
  readAnnouncedCloses,
  readDayClose,
  readLastDayClose,
} from "@revio-wallet/db/sql/day-closes";
import type { Queryable } from "@revio-wallet/db/pool";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import { notFound } from "../errors.ts";
import { dayAfter } from "./business-day.ts";
import { certificateBytes, type DayCertificate, sha256 } from "./day-certificate.ts";
import type { DayCloseContext } from "./day-close-context.ts";
import { deriveCertificate, deriveFromDayBefore } from "./derive-certificate.ts";

/** One thing about a closed day that is not what it was. */
export interface DayDifference {
  /** A part of the certificate, or of what vouches for it. */
  what: string;
  expected: string;
  actual: string;
}

/**
 * Derives a closed day anew from the ledger as of its cut, and compares; checks hash, signature, and that it stands behind
 * the day before. No differences: nothing below the cut has changed since.
 *
 * @throws DomainError NOT_FOUND
 */
export async function verifyDayClose(
  ctx: Pick<DayCloseContext, "pool" | "dayCloseKeys">,
  businessOn: string,
): Promise<DayDifference[]> {
  return withSnapshot(ctx.pool, async (db) => {
    const row = await readDayClose(db, businessOn);
    if (row === undefined) throw notFound("closed day");
    return compareDayClose(ctx, db, row, "whole ledger");
  });
}

/**
 * The same for a certificate at hand, on the caller's snapshot: derived from the whole ledger, or from the certificate of the
 * day before and the day's own stretch, which costs no more than the day.
 */
export async function compareDayClose(
  ctx: Pick<DayCloseContext, "dayCloseKeys">,
  db: Queryable,
  row: DayCloseRow,
  from: "whole ledger" | "day before",
): Promise<DayDifference[]> {
  const certificate = fieldsOf(row);
  const before = await readLastDayClose(db, row.businessOn);
  const announced = await readAnnouncedCloses(db, row.businessOn);
  const bytes = certificateBytes(Object(row.certificate) as object);
  const key = ctx.dayCloseKeys.verifying.get(row.keyId);
  const isSigned = key !== undefined && verify(null, bytes, key, row.signature);
  const day = {
    businessOn: row.businessOn,
    previousSha256: before?.sha256.toString("hex") ?? null,
    fromXid: before?.boundaryXid ?? "0",
    boundaryXid: row.boundaryXid,
  };
  const derived =
    from === "whole ledger"
      ? await deriveCertificate(db, day)
      : await deriveFromDayBefore(db, day, before && fieldsOf(before));
  const pairs: [what: string, expected: string, actual: string][] = [
    ["signature", "by a known key", isSigned ? "by a known key" : `not valid for ${row.keyId}`],
    ["sha256", sha256(bytes).toString("hex"), row.sha256.toString("hex")],
    ["announcement", row.sha256.toString("hex"), announced.join(" ")],
    ["previous", derived.previousSha256 ?? "none", row.previousSha256?.toString("hex") ?? "none"],
    ["day", before === undefined ? row.businessOn : dayAfter(before.businessOn), row.businessOn],
    ["chain position", derived.journal.position, row.chainPosition.toString()],
    ...fieldPairs(certificate, derived),
  ];
  return pairs
    .filter(([, expected, actual]) => expected !== actual)
    .map(([what, expected, actual]) => ({ what, expected, actual }));
}

/** Whatever a hand has put there has fields of its own, or none. */
function fieldsOf({ certificate }: DayCloseRow): DayCertificate {
  return { ...(Object(certificate) as DayCertificate) };
}

/** Field by field, so that a difference says where it is. `expected` is what was certified. */
function fieldPairs(
  certified: DayCertificate,
  derived: DayCertificate,
): [string, string, string][] {
  const text = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  const names = new Set([...Object.keys(certified), ...Object.keys(derived)]) as Set<
    keyof DayCertificate
  >;
  return [...names].map((name) => [
    name,
    canonicalText(certified[name], text),
    canonicalText(derived[name], text),
  ]);
}

/**
 * jsonb does not keep the order of keys. Nor does the order of a list say anything here: what was signed are the bytes of the
 * certificate, order and all, and these are checked by themselves.
 */
function canonicalText(value: unknown, otherwise: (value: unknown) => string): string {
  if (typeof value !== "object" || value === null) return otherwise(value);
  if (!Array.isArray(value)) return certificateBytes(value).toString();
  return `[${value
    .map((item: unknown) => canonicalText(item, otherwise))
    .sort()
    .join()}]`;
}
