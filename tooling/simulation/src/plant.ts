import type { Client } from "pg";

/** A defect put in on purpose, through the ports of the simulation or in the database of the seed; core knows nothing of it. */
export interface Plant {
  /** As superuser, in the database of each seed, before anything happens. */
  prepare?(superuser: Client): Promise<void>;
  /** Another statement in place of one of core's. */
  rewrite?(sql: string, values: unknown[] | undefined): string;
  /** Jobs are queued on a connection of their own, at once. */
  enqueueBeside?: boolean;
  /** No sweeper, no schedule. */
  withoutSweeper?: boolean;
  /** Jobs are settled whichever attempt asks. */
  unfenced?: boolean;
  /** A job that failed is tried again at once, for ever. */
  retryAtOnce?: boolean;
  /** Virtual time is this far off in each process, by its name. */
  clockSkewMs?(processName: string): number;
  /** The webhook is answered before it is stored. */
  answerFirst?: boolean;
}
