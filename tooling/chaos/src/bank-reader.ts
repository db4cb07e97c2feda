import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { checkSnapshot, type BankSnapshot } from "./checkers/check-snapshots.ts";
import type { PostgresPair } from "./cluster/postgres-pair.ts";
import type { History } from "./workload/history.ts";

export interface BankReader {
  /** Looks taken so far. */
  looks(): number;
  stop(): Promise<void>;
}

const pauseMs = 250;

/** Everything in one statement: one snapshot, whatever commits meanwhile. */
const statement = `
  SELECT
    (SELECT coalesce(json_agg(json_build_object('currency', currency, 'difference', difference::text)), '[]') FROM (
       SELECT currency, sum(CASE direction WHEN 'debit' THEN amount_minor ELSE -amount_minor END) AS difference
       FROM postings GROUP BY currency) s) AS trial,
    (SELECT coalesce(json_agg(a.code), '[]') FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id
       WHERE b.amount_minor < 0) AS negative,
    (SELECT coalesce(sum(b.amount_minor), 0)::text FROM balances b JOIN ledger_accounts a ON a.id = b.ledger_account_id
       WHERE a.name = 'pending') AS pending,
    (SELECT coalesce(sum(amount_minor + fee_minor), 0)::text FROM transactions
       WHERE kind = 'withdrawal' AND status IN ('awaiting_approval', 'queued', 'processing', 'in_doubt')) AS open,
    (SELECT coalesce(array_agg(id::text), '{}') FROM journal_entries) AS entries`;

interface Row {
  trial: { currency: string; difference: string }[];
  negative: string[];
  pending: string;
  open: string;
  entries: string[];
}

/**
 * Looks at the whole bank again and again, on a connection of its own that no proxy disturbs. What it sees is checked at
 * once; each look is held against the one before.
 */
export function startBankReader(postgres: PostgresPair, history: History): BankReader {
  const stopping = new AbortController();
  let looks = 0;
  let previous: BankSnapshot | undefined;
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const generation = postgres.generation;
      const client = new Client({
        connectionString: postgres.superuserUrl,
        connectionTimeoutMillis: 5_000,
      });
      client.on("error", () => {});
      try {
        await client.connect();
        while (!stopping.signal.aborted && generation === postgres.generation) {
          const { rows } = await client.query<Row>(statement);
          const [row] = rows;
          if (row === undefined) continue;
          const snapshot = toSnapshot(row, history.now(), generation);
          history.violations.push(...checkSnapshot(snapshot, previous));
          previous = snapshot;
          looks += 1;
          await sleep(pauseMs);
        }
      } catch {
        // The primary is gone or on its way; the next look finds the next one.
        await sleep(pauseMs);
      } finally {
        await client.end().catch(() => {});
      }
    }
  };
  const running = run();
  return {
    looks: () => looks,
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function toSnapshot(row: Row, atMs: number, generation: number): BankSnapshot {
  return {
    atMs,
    generation,
    trialBalance: row.trial.map(({ currency, difference }) => ({
      currency,
      differenceMinor: BigInt(difference),
    })),
    negative: row.negative,
    pendingMinor: BigInt(row.pending),
    openWithdrawalsMinor: BigInt(row.open),
    entries: new Set(row.entries),
  };
}
