import type { Actor } from "@revio-wallet/core/context";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import { cloneDatabase } from "@revio-wallet/db/testing/create-template-database";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { loadWebhookKeys } from "@revio-wallet/revio-client/webhooks";
import { embedSandbox } from "@revio-wallet/revio-sandbox/embed-sandbox";
import { describe } from "./answers.ts";
import { checkLogged } from "./invariants/secrets.ts";
import { noReader, simKeyring, startMs } from "./base-context.ts";
import { faultPorts } from "./fault-ports.ts";
import { enqueueAt, insertJobSql } from "./gateway/job-queue.ts";
import { strandRevio } from "./gateway/provider.ts";
import { openSimDatabase } from "./gateway/sim-database.ts";
import { strandPool } from "./gateway/strand-pool.ts";
import { checkSnapshot } from "./invariants/snapshot.ts";
import type { Plant } from "./plant.ts";
import { createProbes } from "./probes.ts";
import { createRandom, seededIds } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { type Strand } from "./strand.ts";
import type { Swarm } from "./swarm.ts";
import { openingFloatMinor, type Template } from "./template.ts";
import { createTrace } from "./trace.ts";
import type { FaultPorts, World } from "./world.ts";

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
    payoutFundsMinor: Number(openingFloatMinor),
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
    ...nothingYet(),
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
      scheduler.end();
      sandbox.close();
      await database.close();
      await clone.drop();
    },
  };
  world.faults = faultPorts(world);
  scheduler.onWait = () => world.probes.sometimes("waited for a lock");
  scheduler.onFailure = (strand, error) => {
    world.violate("harness", `${strand.name} failed: ${describe(error)}`);
  };
  return world;
}

/** What fills up while a seed is lived. */
function nothingYet() {
  return {
    processes: [],
    operations: [],
    violations: [],
    injected: new Map(),
    idleWorkers: new Set(),
    revioStrand: undefined,
    busy: 0,
    healed: false,
    turnedPayouts: new Set(),
    decisions: [],
    absences: [],
    acknowledged: new Set(),
    falseLine: undefined,
  } satisfies Partial<World>;
}

/** The context that core's verbs get, on ports that belong to one strand. */
function contextOf(world: World, strand: Strand, actor: Actor): RevioContext {
  const { scheduler, plant } = world;
  const skewMs = () => plant.clockSkewMs?.(strand.process?.name ?? "") ?? 0;
  const now = () => new Date(scheduler.nowMs() + skewMs());
  const enqueue = enqueueAt(now);
  const log = logOf(world, strand);
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
    log,
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
        log,
      },
      strand,
    ),
    revioSettings: { expectTest: true, payoutMethod: undefined, senderName: "Simulation" },
  };
}

function wakeWorkers(world: World): void {
  for (const strand of world.idleWorkers) world.scheduler.wake(strand);
}

function logOf(world: World, strand: Strand): RevioContext["log"] {
  const { scheduler, probes } = world;
  const say = (level: "info" | "warn" | "error") => (fields: unknown, message: string) => {
    checkLogged(world, message, fields);
    if (level === "info") return;
    if (message.includes("parked")) probes.sometimes("event parked");
    scheduler.note(strand.name, `${level}: ${message}`);
  };
  return { info: say("info"), warn: say("warn"), error: say("error") };
}
