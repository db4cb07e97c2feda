import { expectedSchemaVersion } from "./env.ts";
import { isClockFit } from "./check-clock.ts";
import type { Services } from "./context.ts";

export interface Readiness {
  ready: boolean;
  /** Word for what is missing; nothing that an outsider could use. */
  reason?:
    | "event_loop_stalled"
    | "database_unreachable"
    | "schema_outdated"
    | "clock_differs"
    | "queue_unavailable";
}

/**
 * Whether this process can do its work: database reachable, schema at least as new as the code, clocks that agree, jobs can be
 * added.
 */
export async function checkReadiness(
  services: Pick<Services, "pool" | "startQueue" | "log" | "eventLoop">,
  expected = expectedSchemaVersion(),
  now?: () => number,
): Promise<Readiness> {
  if (services.eventLoop.stalled()) return { ready: false, reason: "event_loop_stalled" };
  try {
    const { rows } = await services.pool.query<{ version: string | null }>(
      "SELECT max(name) AS version FROM schema_migrations",
    );
    // Newer is fine: migrations run before the code that needs them, and old code goes on beside them.
    if (expected !== undefined && (rows[0]?.version ?? "") < expected) {
      return { ready: false, reason: "schema_outdated" };
    }
    if (!(await isClockFit(services, now))) return { ready: false, reason: "clock_differs" };
  } catch (error) {
    services.log.warn({ error }, "not ready: the database cannot be read");
    return { ready: false, reason: "database_unreachable" };
  }
  try {
    await services.startQueue();
    return { ready: true };
  } catch (error) {
    services.log.warn({ error }, "not ready: the job queue cannot be started");
    return { ready: false, reason: "queue_unavailable" };
  }
}
