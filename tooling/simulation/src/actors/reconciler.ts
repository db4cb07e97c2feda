import { requestRun } from "@revio-wallet/core/reconciliation/request-run";
import { askAs } from "../answers.ts";
import { startMs } from "../base-context.ts";
import type { Strand } from "../strand.ts";
import type { World } from "../world.ts";
import { control } from "./payer.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const kinds = ["objects", "statement", "float"] as const;

/** An operator who asks for runs now and then, over all that was so far. Workers do them, and die in them. */
export function spawnReconciler(world: World): void {
  if (!world.swarm.reconciles) return;
  const random = world.random.fork("reconciler");
  const { scheduler, probes } = world;
  scheduler.spawn("reconciler", undefined, async (strand) => {
    while (!world.healed) {
      await scheduler.sleep(strand, random.int(20 * minuteMs, 3 * hourMs), "waits");
      if (world.healed) return;
      const window = { windowFrom: new Date(startMs - hourMs), windowTo: scheduler.clock.now() };
      if (await ask(world, strand, { kind: random.pick(kinds), ...window })) {
        probes.sometimes("reconciliation run under faults");
      }
    }
  });
}

async function ask(
  world: World,
  strand: Strand,
  input: Parameters<typeof requestRun>[1],
): Promise<boolean> {
  const operators = world.template.operators.filter(({ role }) => role === "operator");
  const operator = world.random.fork(strand.name).pick(operators);
  return (await askAs(world, strand, operator, (ctx) => requestRun(ctx, input))).type === "ok";
}

/** Somebody at Revio's dashboard takes money that is none of ours. */
export function spawnDashboard(world: World): void {
  const random = world.random.fork("dashboard");
  const { scheduler, sandbox } = world;
  scheduler.spawn("dashboard", undefined, async (strand) => {
    while (!world.healed) {
      await scheduler.sleep(strand, random.int(10 * minuteMs, 2 * hourMs), "waits");
      if (world.healed || !random.chance(world.swarm.dashboard)) continue;
      const made = (await sandbox.control("POST", "purchases", {
        client: { email: "someone@example.com" },
        purchase: {
          currency: "ZAR",
          products: [{ name: "at the counter", price: random.int(1_000, 90_000) }],
        },
        reference: `counter-${scheduler.steps}`,
      })) as { id: string };
      await control(world, "dashboard", `purchases/${made.id}/pay`);
      world.probes.sometimes("money that is nobody's");
    }
  });
}

/**
 * The last word: everything so far, in two windows that meet somewhere, with objects first; then the statement, in which one
 * line may lie; then the float. Returns when all of it has ended, or cannot.
 */
export async function reconcileAll(world: World): Promise<void> {
  const { scheduler } = world;
  const random = world.random.fork("last reconciliation");
  const from = startMs - hourMs;
  const to = scheduler.nowMs();
  const cut = random.int(startMs, Math.min(startMs + 8 * hourMs, to - minuteMs));
  const windows = [
    { windowFrom: new Date(from), windowTo: new Date(cut) },
    { windowFrom: new Date(cut), windowTo: new Date(to) },
  ];
  for (const kind of kinds) {
    scheduler.spawn(`closing ${kind}`, undefined, async (strand) => {
      for (const window of windows) {
        const asked = await ask(world, strand, { kind, ...window });
        if (!asked) world.violate("I13", `a run over ${kind} cannot be had`);
      }
    });
    await runUntilEnded(world);
  }
}

async function runUntilEnded(world: World): Promise<void> {
  const { scheduler } = world;
  for (let looks = 0; looks < 100; looks += 1) {
    await scheduler.run(scheduler.nowMs() + 5 * minuteMs, () => world.violations.length > 0);
    const { rows } = await world.database.superuser.query<{ running: bigint }>(
      "SELECT count(*) AS running FROM reconciliation_runs WHERE state = 'running'",
    );
    if (rows[0]?.running === 0n || world.violations.length > 0) return;
  }
}
