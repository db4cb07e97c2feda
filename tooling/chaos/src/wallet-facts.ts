import { Client } from "pg";
import type { OpenTransaction } from "./checkers/check-open-work.ts";
import type { TransactionFact } from "./checkers/check-history.ts";

/** The wallet's database as its superuser sees it: to look, and to let time pass for the queue. */
export interface WalletFacts extends AsyncDisposable {
  transactions(): Promise<TransactionFact[]>;
  open(): Promise<OpenTransaction[]>;
  /** Webhooks taken and not yet applied. */
  waitingEvents(): Promise<number>;
  /** References of deposits about which a person has been told. */
  parked(): Promise<Set<string>>;
  floatMinor(): Promise<bigint>;
  /** Jobs that wait for their time, a retry or a look in ten minutes, are due now. */
  hurryJobs(): Promise<void>;
  /** The two minutes in which a process may still wait for the answer to a create are over. */
  letLeasesPass(): Promise<void>;
  /** The quarter of an hour in which evidence of a lost create may arrive is over. @returns for how many payouts */
  letEvidenceTimePass(): Promise<number>;
  /** More than a person may do in a day, so that the workload does not end at noon. */
  liftLimitsPerDay(): Promise<void>;
  /** As many requests as it takes, for these users: the counters are lost with every failover, as they may be. */
  liftRateLimits(userIds: readonly string[]): Promise<void>;
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
    async hurryJobs() {
      await all(
        `UPDATE pgboss.job SET start_after = now()
         WHERE state IN ('created', 'retry') AND start_after > now() AND name NOT LIKE '\\_\\_%'`,
      );
    },
    async letLeasesPass() {
      await all(
        `UPDATE revio_payouts SET create_sent_at = create_sent_at - interval '2 minutes'
         WHERE state = 'create_sent' AND create_sent_at > now() - interval '2 minutes'`,
      );
    },
    async letEvidenceTimePass() {
      const { rowCount } = await client.query(
        `UPDATE revio_payouts SET create_sent_at = create_sent_at - interval '16 minutes'
         WHERE state = 'create_unknown' AND create_sent_at > now() - interval '16 minutes'`,
      );
      return rowCount ?? 0;
    },
    async liftLimitsPerDay() {
      await all(
        "UPDATE transaction_limits SET max_count_per_day = 1000000, max_per_day_minor = 100000000000",
      );
    },
    async liftRateLimits(userIds) {
      const classes = ["money-per-user", "read-per-user"];
      const keys = classes.flatMap((name) => userIds.map((id) => `${name}:${id}`));
      await client.query(
        `INSERT INTO rate_limits (key, points, expire)
         SELECT key, -100000, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 3600000 FROM unnest($1::text[]) key
         ON CONFLICT (key) DO UPDATE SET points = excluded.points, expire = excluded.expire`,
        [keys],
      );
    },
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
