import type { Actor } from "@revio-wallet/core/context";
import { DomainError, errorCodes, InvariantViolation } from "@revio-wallet/core/errors";
import type { Ids } from "@revio-wallet/core/ids";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { loadWebhookKeys, type WebhookKey } from "@revio-wallet/revio-client/webhooks";
import { type EmbeddedSandbox, embedSandbox } from "@revio-wallet/revio-sandbox/embed-sandbox";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { DatabaseError } from "pg";
import { noReader, simKeyring, startMs } from "./base-context.ts";
import { type FaultPorts, faultPorts } from "./fault-ports.ts";
import { enqueueAt, insertJobSql } from "./gateway/job-queue.ts";
import { strandRevio } from "./gateway/provider.ts";
import { openSimDatabase, type SimDatabase } from "./gateway/sim-database.ts";
import { strandPool } from "./gateway/strand-pool.ts";
import type { Operation, Outcome, Violation } from "./history.ts";
import { checkSnapshot } from "./invariants/snapshot.ts";
import type { Plant } from "./plant.ts";
import { createProbes, type Probes } from "./probes.ts";
import { createRandom, type Random, seededIds } from "./random.ts";
import { Killed, Scheduler, type SimProcess, type Strand } from "./scheduler.ts";
import type { Swarm } from "./swarm.ts";
import type { Template } from "./template.ts";
import { createTrace, type Trace } from "./trace.ts";

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
  violate: (invariant: string, text: string) => void;
  inject: (kind: string) => void;
  contextOf(strand: Strand, actor: Actor): RevioContext;
  close(): Promise<void>;
}

export async function openWorld(options: {
  seed: string;
  template: Template;
  swarm: Swarm;
  plant?: Plant;
}): Promise<World> {
  const { seed, template, swarm, plant = {} } = options;
  const { superuserUrl } = template;
  const clone = await cloneDatabase({ superuserUrl, template: template.name });
  const database = await openSimDatabase(clone);
  await plant.prepare?.(database.superuser);
  const random = createRandom(`seed ${seed}`);
  const trace = createTrace(startMs);
  const scheduler = new Scheduler({ startMs, random: random.fork("turns"), trace, database });
  scheduler.stickiness = swarm.stickiness;
  const sandbox = embedSandbox({
    seed,
    nowMs: scheduler.nowMs,
    keys: template.keys,
    settings: { payoutDelaySeconds: 5, refundGuardSeconds: 0 },
  });
  const world: World = {
    seed,
    random,
    swarm,
    plant,
    scheduler,
    trace,
    database,
    clone,
    sandbox,
    template,
    probes: createProbes(),
    ids: seededIds(random.fork("ids")),
    faults: {} as FaultPorts,
    webhookKeys: loadWebhookKeys([template.keys.webhook.publicKey]),
    processes: [],
    operations: [],
    violations: [],
    injected: new Map(),
    idleWorkers: new Set(),
    revioStrand: undefined,
    busy: 0,
    healed: false,
    turnedPayouts: new Set(),
    violate: (invariant, text) => {
      world.violations.push({ invariant, text, step: scheduler.steps });
      scheduler.note("VIOLATION", `${invariant}: ${text}`);
    },
    inject: (kind) => {
      world.injected.set(kind, (world.injected.get(kind) ?? 0) + 1);
      scheduler.note("FAULT", kind);
    },
    contextOf: (strand, actor) => contextOf(world, strand, actor),
    close: async () => {
      sandbox.close();
      await database.close();
      await clone.drop();
    },
  };
  world.faults = faultPorts(world);
  scheduler.onFailure = (strand, error) => {
    world.violate("harness", `${strand.name} failed: ${describe(error)}`);
  };
  return world;
}

/** The context that core's verbs get, on ports that belong to one strand. */
function contextOf(world: World, strand: Strand, actor: Actor): RevioContext {
  const { scheduler, plant } = world;
  const skewMs = () => plant.clockSkewMs?.(strand.process?.name ?? "") ?? 0;
  const now = () => new Date(scheduler.nowMs() + skewMs());
  const enqueue = enqueueAt(now);
  const pool = strandPool(
    {
      scheduler,
      database: world.database,
      fault: world.faults.onStatement,
      rewrite: (sql, values) => plant.rewrite?.(sql, values) ?? sql,
      onCommit: async (_, statements) => {
        if (statements.includes(insertJobSql)) wakeWorkers(world);
        await checkSnapshot(world, statements);
      },
    },
    strand,
  );
  return {
    pool,
    reader: noReader,
    clock: { now },
    ids: world.ids,
    enqueue: plant.enqueueBeside ? (_, ...job) => enqueue(pool as unknown as Tx, ...job) : enqueue,
    keyring: simKeyring,
    log: logOf(world, strand),
    actor,
    requestId: `strand ${strand.id}`,
    revio: strandRevio(
      {
        scheduler,
        sandbox: world.sandbox,
        random: world.random.fork(`client ${strand.id}`),
        fault: world.faults.onCall,
        onEffect: () => {
          if (world.revioStrand !== undefined) scheduler.wake(world.revioStrand);
        },
        onCallInTransaction: (call) =>
          world.violate("I17", `F16: ${call} while a database transaction is open`),
      },
      strand,
    ),
    revioSettings: { expectTest: true, payoutMethod: undefined, senderName: "Simulation" },
  };
}

export function wakeWorkers(world: World): void {
  for (const strand of world.idleWorkers) world.scheduler.wake(strand);
}

function logOf({ scheduler, probes }: World, strand: Strand): RevioContext["log"] {
  const say = (level: string) => (_: unknown, message: string) => {
    if (message.includes("parked")) probes.sometimes("event parked");
    scheduler.note(strand.name, `${level}: ${message}`);
  };
  return { info: () => {}, warn: say("warn"), error: say("error") };
}

/** Runs a request on some live API process; a caller outside sees only whether and how it was answered. */
export async function onProcess<Value>(
  world: World,
  strand: Strand,
  kind: SimProcess["kind"],
  work: () => Promise<Value>,
): Promise<Value> {
  const { scheduler, random } = world;
  let alive: SimProcess[];
  for (;;) {
    alive = world.processes.filter((process) => process.kind === kind && !process.dead);
    if (alive.length > 0) break;
    await scheduler.sleep(strand, 2_000, `finds no ${kind} that lives`);
  }
  strand.process = random.pick(alive);
  try {
    return await work();
  } finally {
    strand.process = undefined;
    strand.openTransactions = 0;
  }
}

/** What the caller may conclude. Anything that is not a definitive answer is `info`. */
export async function outcomeOf(
  world: World,
  work: Promise<{ id: string; amountMinor: bigint }>,
): Promise<Outcome> {
  try {
    const { id, amountMinor } = await work;
    return { type: "ok", transactionId: id, amountMinor };
  } catch (error) {
    return refusalOf(world, error);
  }
}

export function refusalOf(world: World, error: unknown): Exclude<Outcome, { type: "ok" }> {
  checkClass(world, error);
  if (error instanceof DomainError) {
    const { final, retryable } = errorCodes[error.code];
    if (!retryable && error.code !== "INTERNAL") return { type: "fail", code: error.code, final };
    return { type: "info", error: error.code };
  }
  return { type: "info", error: error instanceof Killed ? "killed" : describe(error) };
}

/** Refusals of the server that no code of ours may provoke: broken constraints, statements in a dead transaction, defects. */
const defects = /^(22|23|25|42|P0|XX)/;

/** I20: an assertion that failed, ours or the database's, has stopped a flow; in sound code none ever does. */
export function checkClass(world: World, error: unknown): void {
  if (error instanceof InvariantViolation) {
    world.violate("I20", `an assertion of core failed: ${error.message}`);
  }
  if (error instanceof DatabaseError && defects.test(error.code ?? "")) {
    world.violate("I20", `the database refused what core asked for: ${describe(error)}`);
  }
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = (error as { code?: unknown }).code;
  return `${error.name}${typeof code === "string" ? ` ${code}` : ""}: ${error.message}`;
}
