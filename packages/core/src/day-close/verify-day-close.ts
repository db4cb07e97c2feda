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
import { deriveCertificate } from "./derive-certificate.ts";

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
    return compareDayClose(ctx, db, row);
  });
}

/** The same for a certificate at hand, on the caller's snapshot. */
export async function compareDayClose(
  ctx: Pick<DayCloseContext, "dayCloseKeys">,
  db: Queryable,
  row: DayCloseRow,
): Promise<DayDifference[]> {
  // Whatever a hand has put there.
  const certificate = Object(row.certificate) as DayCertificate;
  const before = await readLastDayClose(db, row.businessOn);
  const announced = await readAnnouncedCloses(db, row.businessOn);
  const bytes = certificateBytes(certificate);
  const key = ctx.dayCloseKeys.verifying.get(row.keyId);
  const isSigned = key !== undefined && verify(null, bytes, key, row.signature);
  const derived = await deriveCertificate(db, {
    businessOn: row.businessOn,
    previousSha256: before?.sha256.toString("hex") ?? null,
    fromXid: before?.boundaryXid ?? "0",
    boundaryXid: row.boundaryXid,
  });
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

/** jsonb does not keep the order of keys; lists keep theirs. */
function canonicalText(value: unknown, otherwise: (value: unknown) => string): string {
  return typeof value === "object" && value !== null
    ? certificateBytes(value).toString()
    : otherwise(value);
}
