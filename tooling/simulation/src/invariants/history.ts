import type { Operation } from "../history.ts";
import type { World } from "../world.ts";

interface KeyRow {
  transactionId: string | null;
  amountMinor: bigint | null;
  postings: bigint;
}

/** I7, I8 and I9: what callers were told, against what is there. */
export async function checkHistory(world: World): Promise<void> {
  for (const operation of world.operations) {
    checkAnswers(world, operation);
    await checkEffect(world, operation);
  }
  await checkAcknowledged(world);
}

/** I7: a webhook that was answered with 2xx never comes again, so it must be here. */
async function checkAcknowledged({ database, acknowledged, violate }: World): Promise<void> {
  const { rows } = await database.superuser.query<{ hash: string }>(
    "SELECT encode(body_sha256, 'hex') AS hash FROM provider_events",
  );
  const stored = new Set(rows.map(({ hash }) => hash));
  for (const hash of acknowledged) {
    if (!stored.has(hash)) violate("I7", `a webhook was acknowledged, and is nowhere (${hash})`);
  }
}

function checkAnswers({ violate }: World, operation: Operation): void {
  const { kind, key, outcomes, forgedOutcomes } = operation;
  const ids = new Set(
    outcomes.flatMap((outcome) => (outcome.type === "ok" ? [outcome.transactionId] : [])),
  );
  if (ids.size > 1) violate("I9", `${kind} ${key} was answered with ${ids.size} transactions`);
  const finals = outcomes.filter((outcome) => outcome.type === "fail" && outcome.final);
  if (ids.size > 0 && finals.length > 0) {
    violate("I9", `${kind} ${key} was both granted and refused for ever`);
  }
  // Once an answer is stored, another request under its key is refused; before that it is a request of its own.
  if (ids.size > 0 && forgedOutcomes.some(({ type }) => type === "ok")) {
    violate("I9", `${kind} ${key} was granted with another amount as well`);
  }
}

async function checkEffect(world: World, operation: Operation): Promise<void> {
  const { kind, key, userId, amountMinor, outcomes, forgedOutcomes } = operation;
  const { rows } = await world.database.superuser.query<KeyRow>(
    `SELECT k.transaction_id AS "transactionId", t.amount_minor AS "amountMinor",
       (SELECT count(*) FROM journal_entries e WHERE e.transaction_id = t.id AND t.status <> 'completed') AS postings
     FROM idempotency_keys k LEFT JOIN transactions t ON t.id = k.transaction_id
     WHERE k.actor_id = $1 AND k.operation = $2 AND k.key = $3`,
    [userId, `${kind}.create`, key],
  );
  if (rows.length > 1) world.violate("I9", `${kind} ${key} is on record ${rows.length} times`);
  const [row] = rows;
  for (const outcome of outcomes) {
    if (outcome.type === "ok") {
      if (row?.transactionId !== outcome.transactionId) {
        world.violate("I7", `${kind} ${key} was acknowledged, and its transaction is gone`);
      } else if (row.amountMinor !== amountMinor || outcome.amountMinor !== amountMinor) {
        world.violate("I9", `${kind} ${key} is about another amount than was asked for`);
      }
    }
    const isForged = forgedOutcomes.some(({ type }) => type === "ok" || type === "info");
    if (outcome.type === "fail" && outcome.final && !isForged && (row?.postings ?? 0n) > 0n) {
      world.violate("I8", `${kind} ${key} was refused (${outcome.code}), and has postings`);
    }
  }
}
