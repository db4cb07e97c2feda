import type { Pool } from "pg";

/** The database cannot be worked with as it is; the message says what to do. Waiting does not help. */
export class UnfitDatabase extends Error {
  override readonly name = "UnfitDatabase";
}

/**
 * At the start of a process, before it takes work: the schema is the one that this build knows, or a newer one, and
 * connections are sessions of PostgreSQL itself.
 *
 * Newer is allowed, for the time of a deployment: migrations first only add (expand), and what an older build uses is
 * taken away in a later release, when no such build should run any more. Such a migration says so in its name ("_contract_"), and
 * a build that does not know it is refused.
 *
 * @returns names of migrations that this build does not know
 * @throws UnfitDatabase; another error if the database cannot be reached
 */
export async function checkDatabase(
  pool: Pool,
  expectedMigration: string | undefined,
): Promise<{ unknownMigrations: string[] }> {
  await requireSessions(pool);
  if (expectedMigration === undefined) return { unknownMigrations: [] };
  return { unknownMigrations: await requireSchema(pool, expectedMigration) };
}

async function requireSchema(pool: Pool, expected: string): Promise<string[]> {
  const { rows } = await pool
    .query<{ name: string }>("SELECT name FROM schema_migrations WHERE name >= $1 ORDER BY name", [
      expected,
    ])
    .catch((error: unknown) => {
      if ((error as { code?: string }).code === "42P01") return { rows: [] };
      throw error;
    });
  if (rows[0]?.name !== expected) {
    throw new UnfitDatabase(
      `The database lacks migration ${expected}, which this build needs. Run the migrations as owner (docs/runbooks/database.md) before starting it.`,
    );
  }
  const unknown = rows.slice(1).map(({ name }) => name);
  const contract = unknown.find((name) => name.includes("_contract_"));
  if (contract !== undefined) {
    throw new UnfitDatabase(
      `The database has migration ${contract}, which takes away what this build uses. Start the newer version instead.`,
    );
  }
  return unknown;
}

/**
 * A proxy that gives each statement, or each database transaction, another server connection breaks what everything here
 * rests on: BEGIN … COMMIT, the time-outs of the session, and LISTEN. PgBouncer in session mode is fine.
 */
async function requireSessions(pool: Pool): Promise<void> {
  const client = await pool.connect();
  let clean = false;
  try {
    const mark = `probe-${Math.trunc(Math.random() * 1e9)}`;
    const first = await pidOf(client);
    await client.query("BEGIN");
    await client.query("SELECT set_config('wallet.probe', $1, true)", [mark]);
    const { rows } = await client.query<{ mark: string | null; pid: number }>(
      "SELECT current_setting('wallet.probe', true) AS mark, pg_backend_pid() AS pid",
    );
    await client.query("COMMIT");
    const sees = rows[0];
    const last = await pidOf(client);
    if (sees?.mark !== mark || sees.pid !== first.pid || last.pid !== first.pid) throw pooled();
    if (first.lockTimeout === "0") throw pooled();
    clean = true;
  } catch (error) {
    // PgBouncer's own words in statement mode.
    if (/transaction blocks not allowed/.test(String(error))) throw pooled();
    throw error;
  } finally {
    client.release(!clean);
  }
}

async function pidOf(client: {
  query(text: string): Promise<{ rows: unknown[] }>;
}): Promise<{ pid: number; lockTimeout: string }> {
  const { rows } = await client.query(
    `SELECT pg_backend_pid() AS pid, current_setting('lock_timeout') AS "lockTimeout"`,
  );
  return rows[0] as { pid: number; lockTimeout: string };
}

function pooled(): UnfitDatabase {
  return new UnfitDatabase(
    "DATABASE_URL leads through a proxy that does not keep sessions (statement or transaction pooling, or session settings ignored). Connect directly, or set the proxy to session pooling: money is moved in database transactions that need one connection each, and LISTEN needs a session.",
  );
}
