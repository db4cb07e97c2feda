import { closeDays, DayNotFinal } from "../../src/day-close/close-day.ts";
import type { DayCloseContext } from "../../src/day-close/day-close-context.ts";
import { extendChains } from "../../src/integrity/extend-chains.ts";
import { steppedChecks } from "../../src/integrity/integrity-checks.ts";
import { stepIntegrity } from "../../src/integrity/step-integrity.ts";
import type { MoneyWorld } from "./money-world.ts";

type World = Pick<MoneyWorld, "ctx" | "superuser" | "database">;

const pause = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 20);
  });

async function unchained({ superuser }: World): Promise<bigint> {
  const { rows } = await superuser.query<{ count: string }>(
    `SELECT (SELECT count(*) FROM journal_entries e WHERE NOT EXISTS (
               SELECT 1 FROM chain_links l WHERE l.stream = 'journal' AND l.item_sequence = e.sequence))
          + (SELECT count(*) FROM audit_events a WHERE NOT EXISTS (
               SELECT 1 FROM chain_links l WHERE l.stream = 'audit' AND l.item_sequence = a.sequence)) AS count`,
  );
  return BigInt(rows[0]?.count ?? 0);
}

/** Chains everything. A chain waits for every database transaction of the server, also for those of other tests. */
export async function chainAll(world: World, ctx: DayCloseContext = world.ctx): Promise<void> {
  for (const deadline = Date.now() + 20_000; ;) {
    await extendChains(ctx);
    if ((await unchained(world)) === 0n) return;
    if (Date.now() > deadline) throw new Error("the chains do not get to their end");
    await pause();
  }
}

/** Closes the days that are over, once nothing from before is open on the server any more. */
export async function closeAll(world: World, ctx: DayCloseContext = world.ctx): Promise<string[]> {
  const closed = async () => {
    const { rows } = await world.database.pool.query<{ day: string }>(
      "SELECT business_on::text AS day FROM day_closes ORDER BY 1",
    );
    return rows.map(({ day }) => day);
  };
  const before = new Set(await closed());
  for (const deadline = Date.now() + 20_000; ;) {
    try {
      await closeDays(ctx);
      return (await closed()).filter((day) => !before.has(day));
    } catch (error) {
      if (!(error instanceof DayNotFinal) || Date.now() > deadline) throw error;
      await pause();
    }
  }
}

/** One round of every check from its beginning, whatever round was under way. */
export async function fullRound(world: World, rows = 100_000): Promise<number> {
  await world.superuser.query(
    "UPDATE integrity_checks SET cursor = NULL, round_started_at = NULL, round_findings = 0, round_complete = true",
  );
  const rounds = async () => {
    const all = await world.superuser.query<{ name: string; round: string }>(
      "SELECT name, round::text FROM integrity_checks WHERE name = ANY ($1)",
      [steppedChecks],
    );
    return new Map(all.rows.map(({ name, round }) => [name, round]));
  };
  const before = await rounds();
  let findings = 0;
  for (let steps = 0; steps < 2_000; steps++) {
    findings += await stepIntegrity(world.ctx, { rows });
    const now = await rounds();
    if ([...now].every(([name, round]) => round !== (before.get(name) ?? "1"))) return findings;
  }
  throw new Error("the round does not end");
}

/** Open breaks of the checker: "class subject". */
export async function openFindings({ superuser }: World): Promise<string[]> {
  const { rows } = await superuser.query<{ line: string }>(
    "SELECT class || ' ' || subject AS line FROM breaks WHERE state = 'open' AND opened_by = 'checker' ORDER BY 1",
  );
  return rows.map(({ line }) => line);
}

/** Runs SQL as a superuser who has taken triggers and foreign keys out of the way. */
export async function tamper({ superuser }: World, sql: string): Promise<void> {
  await superuser.query("SET session_replication_role = replica");
  try {
    await superuser.query(sql);
  } finally {
    await superuser.query("SET session_replication_role = origin");
  }
}

const savedTables = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('schema_migrations', 'test_jobs')`;

/** Keeps all tables as they are now. */
export async function saveTables(world: World): Promise<void> {
  const { rows } = await world.superuser.query<{ name: string }>(savedTables);
  const copies = rows.map(({ name }) => `CREATE TABLE saved.${name} AS TABLE public.${name}`);
  await world.superuser.query(
    ["DROP SCHEMA IF EXISTS saved CASCADE", "CREATE SCHEMA saved", ...copies].join(";"),
  );
}

/** Brings them back. */
export async function restoreTables(world: World): Promise<void> {
  const { rows } = await world.superuser.query<{ name: string }>(savedTables);
  const copies = rows.map(
    ({ name }) =>
      `DELETE FROM public.${name}; INSERT INTO public.${name} OVERRIDING SYSTEM VALUE TABLE saved.${name}`,
  );
  await tamper(world, copies.join(";"));
}
