import type { JobName } from "@revio-wallet/core/jobs";
import type { PgBoss } from "pg-boss";

/**
 * What runs by the clock. Every handler may run twice in a period, or skip one.
 * `missed: once`: after an outage one run catches up for all that were missed.
 */
export const schedules: readonly { job: JobName; cron: string }[] = [
  { job: "transaction.sweep", cron: "* * * * *" },
  { job: "ledger.fold-checkpoints", cron: "*/5 * * * *" },
  { job: "ledger.chain", cron: "* * * * *" },
  { job: "integrity.step", cron: "* * * * *" },
  { job: "integrity.verify", cron: "30 2 * * *" },
  // Yesterday at 00:10; every later hour whatever could not be closed then.
  { job: "day.close", cron: "10 * * * *" },
  { job: "provider-delivery.purge", cron: "20 3 * * *" },
  { job: "provider-call.purge", cron: "40 3 * * *" },
  { job: "reconciliation.request-daily", cron: "30 2 * * *" },
];

/** Brings the stored schedules to those of this version. */
export async function configureSchedules(boss: PgBoss): Promise<void> {
  const wanted = new Set<string>(schedules.map(({ job }) => job));
  for (const { name, key } of await boss.getSchedules()) {
    if (!wanted.has(name)) await boss.unschedule(name, key);
  }
  for (const { job, cron } of schedules) {
    await boss.schedule(job, cron, {}, { tz: "Africa/Johannesburg", missed: "once" });
  }
}
