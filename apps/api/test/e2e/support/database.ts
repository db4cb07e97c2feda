import { createPool } from "@revio-wallet/db/pool";
import { stack } from "./stack.ts";

const url = new URL(stack.databaseUrls.superuser);
url.pathname = new URL(stack.databaseUrls.app).pathname;

/** The wallet's database as its superuser: to look at what was written, and to arrange what only time or staff would. */
export const database = createPool({ connectionString: url.toString(), max: 4 });
// Tests cut connections on purpose.
database.on("error", () => undefined);

/** Tables that change without anybody calling: counters, what sweeper, checker and chain write by the clock, what looks ask. */
const bookkeeping = new Set([
  "rate_limits",
  "sweeps",
  "balance_checkpoints",
  "chain_links",
  "integrity_checks",
  "day_closes",
  "provider_calls",
]);

/** Rows per table of the wallet. Everything that a refused request must leave as it is. */
export async function countRows(): Promise<Record<string, bigint>> {
  const { rows } = await database.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const names = rows.map(({ name }) => name).filter((name) => !bookkeeping.has(name));
  const parts = names.map((name) => `SELECT '${name}' AS name, count(*) AS count FROM ${name}`);
  const counted = await database.query<{ name: string; count: bigint }>(parts.join(" UNION ALL "));
  return Object.fromEntries(counted.rows.map(({ name, count }) => [name, count]));
}

export async function countOf(sql: string, values: unknown[] = []): Promise<number> {
  const { rows } = await database.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM ${sql}`,
    values,
  );
  return Number(rows[0]?.count ?? 0n);
}

/** Gives one user more calls than the limits allow, so that a test of something else does not meet them. */
export async function liftLimits(userId: string): Promise<void> {
  for (const name of ["money-per-user", "account-change-per-user", "read-per-user"]) {
    await database.query(
      `INSERT INTO rate_limits (key, points, expire) VALUES ($1, -100000, $2)
       ON CONFLICT (key) DO UPDATE SET points = excluded.points, expire = excluded.expire`,
      [`${name}:${userId}`, Date.now() + 3_600_000],
    );
  }
}
