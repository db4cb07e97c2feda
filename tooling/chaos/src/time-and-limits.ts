import type { Client } from "pg";

/** What nobody in the wallet may do: let time pass in its tables, and lift limits. */
export interface TimeAndLimits {
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

export function timeAndLimits(client: Client): TimeAndLimits {
  return {
    async hurryJobs() {
      await client.query(
        `UPDATE pgboss.job SET start_after = now()
         WHERE state IN ('created', 'retry') AND start_after > now() AND name NOT LIKE '\\_\\_%'`,
      );
    },
    async letLeasesPass() {
      await client.query(
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
      await client.query(
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
  };
}
