import { TZDate } from "@date-fns/tz";
import type { Queryable } from "@revio-wallet/db/pool";
import { findLastChange } from "@revio-wallet/db/sql/break-queue";
import type { BreakRow } from "@revio-wallet/db/sql/breaks";
import { format } from "date-fns";
import { DomainError } from "../errors.ts";
import { businessTimeZone } from "../transaction/check-limits.ts";

/**
 * Refuses what was decided on another version of a break than there is: the second of two is told who was first, and overwrites nothing.
 *
 * @throws DomainError WRONG_STATE
 */
export async function checkVersion(
  db: Queryable,
  found: Pick<BreakRow, "id" | "version">,
  seenVersion: number | undefined,
): Promise<void> {
  if (seenVersion === undefined || seenVersion === found.version) return;
  throw new DomainError("WRONG_STATE", await changedMeanwhile(db, found.id));
}

/** "Changed by Thandi Nkosi at 14:05 on 27 November. Nothing was overwritten: look again." Times of the business. */
export async function changedMeanwhile(db: Queryable, breakId: string): Promise<string> {
  const last = await findLastChange(db, breakId);
  const when = last && format(new TZDate(last.at, businessTimeZone), "HH:mm 'on' d MMMM");
  const who = last?.byName ?? "the system";
  return `Changed by ${who}${when === undefined ? "" : ` at ${when}`}. Nothing was overwritten: look again.`;
}
