import type { Actor } from "@revio-wallet/core/context";
import type { Ids } from "@revio-wallet/core/ids";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import type { TestDatabase } from "@revio-wallet/db/testing/create-template-database";
import type { WebhookKey } from "@revio-wallet/revio-client/webhooks";
import type { EmbeddedSandbox } from "@revio-wallet/revio-sandbox/embed-sandbox";
import type { CallFault } from "./gateway/provider.ts";
import type { SimDatabase } from "./gateway/sim-database.ts";
import type { StatementFault } from "./gateway/strand-pool.ts";
import type { Decision, FalseLine, Operation, Violation } from "./history.ts";
import type { Plant } from "./plant.ts";
import type { Probes } from "./probes.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimProcess, Strand } from "./strand.ts";
import type { Swarm } from "./swarm.ts";
import type { Template } from "./template.ts";
import type { Trace } from "./trace.ts";

/** Decides, by the seed's rates, what goes wrong where. */
export interface FaultPorts {
  onStatement: (strand: Strand, sql: string) => StatementFault;
  onCall: (call: { method: string; path: string }) => CallFault | undefined;
}

/** One run of one seed: the wallet, its database, Revio, and all that goes on. */
export interface World {
  seed: string;
  random: Random;
  swarm: Swarm;
  plant: Plant;
  scheduler: Scheduler;
  trace: Trace;
  database: SimDatabase;
  clone: TestDatabase;
  sandbox: EmbeddedSandbox;
  template: Template;
  probes: Probes;
  ids: Ids;
  faults: FaultPorts;
  webhookKeys: WebhookKey[];
  processes: SimProcess[];
  operations: Operation[];
  violations: Violation[];
  /** Injected faults by kind. */
  injected: Map<string, number>;
  /** Strands that sleep until there is work. */
  idleWorkers: Set<Strand>;
  revioStrand: Strand | undefined;
  /** Users and payers that are not done yet. */
  busy: number;
  healed: boolean;
  /** References of payouts that the bank first refused and then paid all the same. */
  turnedPayouts: Set<string>;
  /** Answers to decisions on corrections. */
  decisions: Decision[];
  /** When operators had no rights. */
  absences: { operatorId: string; fromMs: number; toMs: number }[];
  /** SHA-256 of each webhook that was answered with 2xx. */
  acknowledged: Set<string>;
  /** What the last statement was made to lie about. */
  falseLine: FalseLine | undefined;
  violate: (invariant: string, text: string) => void;
  inject: (kind: string) => void;
  contextOf(strand: Strand, actor: Actor): RevioContext;
  close(): Promise<void>;
}
