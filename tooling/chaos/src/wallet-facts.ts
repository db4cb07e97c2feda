import { Client } from "pg";
import type { OpenTransaction } from "./checkers/check-open-work.ts";
import type { TransactionFact } from "./checkers/check-history.ts";
import { timeAndLimits, type TimeAndLimits } from "./time-and-limits.ts";

/** The wallet's database as its superuser sees it. */
export interface WalletFacts extends TimeAndLimits, AsyncDisposable {
  transactions(): Promise<TransactionFact[]>;
  open(): Promise<OpenTransaction[]>;
  /** Webhooks taken and not yet applied. */
  waitingEvents(): Promise<number>;
  /** References of deposits about which a person has been told. */
  parked(): Promise<Set<string>>;
  floatMinor(): Promise<bigint>;
}

export async function openWalletFacts(superuserUrl: string): Promise<WalletFacts> {
  const client = new Client({
    connectionString: superuserUrl,
    connectionTimeoutMillis: 20_000,
    options: "-c statement_timeout=60s",
  });
  client.on("error", () => {});
  await client.connect();
  const all = async <Row extends object>(statement: string): Promise<Row[]> =>
    (await client.query<Row>(statement)).rows;
  return {
    async transactions() {
      const rows = await all<Omit<TransactionFact, "amountMinor"> & { amountMinor: string }>(
        `SELECT id, user_id AS "userId", kind, status, reference, amount_minor AS "amountMinor" FROM transactions`,
      );
      return rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }));
    },
    open: () => all<OpenTransaction>(openTransactions),
    async waitingEvents() {
      const [row] = await all<{ count: number }>(
        "SELECT count(*)::int AS count FROM provider_events WHERE state = 'received'",
      );
      return row?.count ?? 0;
    },
    async parked() {
      const rows = await all<{ reference: string }>(
        `SELECT reference FROM transactions t WHERE ${hasCase}`,
      );
      return new Set(rows.map(({ reference }) => reference));
    },
    async floatMinor() {
      const [row] = await all<{ balance: string | null }>(
        "SELECT account_balance('house:revio_float:ZAR', NULL) AS balance",
      );
      return BigInt(row?.balance ?? "0");
    },
    ...timeAndLimits(client),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const hasCase = `(
  EXISTS (SELECT 1 FROM provider_events e WHERE e.transaction_id = t.id AND e.state = 'parked')
  OR EXISTS (SELECT 1 FROM breaks b WHERE b.transaction_id = t.id AND b.state <> 'resolved'))`;

const openTransactions = `
  SELECT t.reference, t.kind, t.status,
         (SELECT count(*)::int FROM pgboss.job j
          WHERE j.data ->> 'transactionId' = t.id::text AND j.state IN ('created', 'retry', 'active')) AS jobs,
         (CASE WHEN ${hasCase} OR t.status = 'awaiting_approval' THEN 1 ELSE 0 END) AS cases
  FROM transactions t
  WHERE t.status IN ('created', 'awaiting_payment', 'in_review', 'awaiting_approval', 'queued', 'processing', 'in_doubt')`;
