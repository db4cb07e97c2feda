/** A withdrawal is on its way within minutes; one that has stood still for so long waits for the provider. */
const withdrawalPatienceMs = 10 * 60_000;

const waitingForProvider: ReadonlySet<string> = new Set(["queued", "processing", "in_doubt"]);

/** True for a withdrawal that has stood still for more than ten minutes at a step that the provider has to finish. */
export function isDelayedWithdrawal(row: { status: string; updatedAt: Date }, now: Date): boolean {
  return (
    waitingForProvider.has(row.status) &&
    now.getTime() - row.updatedAt.getTime() > withdrawalPatienceMs
  );
}

/** Whether the user should be told that it takes longer: nothing is lost, nothing is to be done. */
export function isDelayed(
  row: { kind: string; status: string; updatedAt: Date },
  now: Date,
): boolean {
  // A deposit that is `created` has no checkout: Revio could not be reached.
  if (row.kind === "deposit") return row.status === "created";
  return row.kind === "withdrawal" && isDelayedWithdrawal(row, now);
}
