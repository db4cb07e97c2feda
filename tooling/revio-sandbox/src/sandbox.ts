import type { Clock } from "./clock.ts";
import type { RandomSource } from "./random.ts";
import type { RequestLog } from "./request-log.ts";
import type { SettingsStore } from "./settings.ts";
import type { Store } from "./store/open-store.ts";

/** Which key called: everything at Revio exists once per mode. */
export type Mode = "test" | "live";

export interface SandboxConfig {
  /** Origin in every URL that Revio hands out, without a trailing slash. */
  publicUrl: string;
  apiKeys: { test: string; live: string };
  brandId: string;
  companyId: string;
  accountId: string;
  /** Funds on the account before the first payment, per mode, in ZAR cents. */
  payoutFundsMinor: number;
}

/** Everything a verb of the sandbox needs. One per running server. */
export interface Sandbox {
  readonly config: SandboxConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly settings: SettingsStore;
  readonly requests: RequestLog;
  /** Look at the delivery queue and the task list soon; safe to call inside a database transaction. */
  readonly wake: { deliveries: () => void; tasks: () => void };
  /** Refuses every connection for a while, then listens again on the same port. */
  readonly outage: {
    begin: (seconds: number, how: "refuse" | "reset") => void;
    end: () => void;
    /** For the end of the process: no timer stays, the port is not opened again. */
    stop: () => void;
    isResetting: () => boolean;
    /** Down in either way: nothing goes out either. */
    isDown: () => boolean;
  };
}
