import type { World } from "../world.ts";
import { compareBooks } from "./books.ts";

interface BreakRow {
  class: string;
  subject: string;
  transactionId: string | null;
  source: string;
}

/** I15: after the last runs each difference is in the queue with its class, and nothing that agrees is. */
export async function checkReconciliation(world: World): Promise<void> {
  const { database, falseLine, violate } = world;
  const runs = await database.superuser.query<{ kind: string; state: string }>(
    "SELECT kind, state FROM reconciliation_runs WHERE state <> 'completed'",
  );
  for (const { kind, state } of runs.rows) violate("I13", `a run over ${kind} is ${state}`);
  const { rows: breaks } = await database.superuser.query<BreakRow>(
    `SELECT class, subject, coalesce(t.related_transaction_id, t.id) AS "transactionId", coalesce(evidence ->> 'source', opened_by) AS source
     FROM breaks b LEFT JOIN transactions t ON t.id = b.transaction_id WHERE b.state = 'open' ORDER BY subject`,
  );
  checkFalseLine(world, breaks);
  const roots = await compareBooks(world);
  const agreeing = new Map(
    roots.filter((root) => root.booked === root.atRevio).map((r) => [r.id, r]),
  );
  for (const found of breaks) {
    const root = agreeing.get(found.transactionId ?? "");
    if (root === undefined || found.transactionId === falseLine?.transactionId) continue;
    // Refused, paid all the same, and sent back: the sums agree again, and two movements are not booked.
    if (world.turnedPayouts.has(root.reference)) continue;
    if (found.source !== "objects" && found.source !== "statement") continue;
    violate("I15", `${found.class} ${found.subject} of a ${root.kind} that agrees to the cent`);
  }
  const hasUnowned = await checkUnowned(world, breaks);
  // Suspense is for a day later: until then nobody's money is at Revio and not in the ledger.
  if (agreeing.size === roots.length && !hasUnowned) checkFloat(world, breaks);
}

function checkFalseLine({ falseLine, violate, probes }: World, breaks: BreakRow[]): void {
  if (falseLine === undefined) return;
  const about = breaks.filter(
    ({ transactionId, source }) =>
      source === "statement" && transactionId === falseLine.transactionId,
  );
  if (about.some((found) => found.class === falseLine.class)) {
    probes.sometimes("lying line found");
    return;
  }
  const found = about.map((one) => one.class).join(", ") || "nothing";
  violate("I15", `the file lies: ${falseLine.class} was to be found, and ${found} was`);
}

function checkFloat({ violate }: World, breaks: BreakRow[]): void {
  if (breaks.some((found) => found.class === "float_drift")) {
    violate("I15", "the float is said to differ, and all that it is made of agrees");
  }
}

/** Money at Revio that is none of ours waits for a person. True if there is any. */
async function checkUnowned(world: World, breaks: BreakRow[]): Promise<boolean> {
  const purchases = (await world.sandbox.control("GET", "purchases")) as {
    id: string;
    reference: string;
    status: string;
  }[];
  const unowned = purchases.filter(
    ({ reference, status }) => reference.startsWith("counter-") && status === "paid",
  );
  for (const { id } of unowned) {
    if (breaks.some(({ subject }) => subject === `purchase:${id}`)) {
      world.probes.sometimes("nobody's money found");
    } else {
      world.violate("I15", `purchase ${id} is nobody's, and nobody is told of it`);
    }
  }
  return unowned.length > 0;
}
