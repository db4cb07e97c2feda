import { createHash } from "node:crypto";
import { receiveProviderEvent } from "@revio-wallet/core/revio/receive-provider-event";
import type { EmbeddedDelivery } from "@revio-wallet/revio-sandbox/embed-sandbox";
import type { World } from "../world.ts";
import { checkClass, describe } from "../answers.ts";
import { webhookFaultKinds } from "../swarm.ts";
import { control } from "./payer.ts";

/** Events whose loss looks repair. */
const maybeLost = [
  "purchase.paid",
  "purchase.pending_execute",
  "payout.created",
  "payout.pending",
  "payout.success",
  "payout.failed",
];
/** Those whose loss is for reconciliation to find, long before the next look at a paid purchase. */
const lostToReconciliation = [
  "payment.refunded",
  "payment.charged_back",
  "payment.chargeback_reversed",
];

/** Tells the sandbox how its network and the bank behave in this seed. */
export async function disturbRevio(world: World): Promise<void> {
  const { swarm, random, sandbox } = world;
  for (const kind of webhookFaultKinds) {
    const probability = swarm.webhooks[kind];
    if (probability === 0) continue;
    const delayMs = random.pick([2_000, 600_000, 7_200_000]);
    const more = kind === "delay" || kind === "reorder" ? { delayMs } : {};
    const lost = swarm.reconciles ? [...maybeLost, ...lostToReconciliation] : maybeLost;
    const events = kind === "drop" ? lost.map((event) => ({ event })) : [{}];
    for (const match of events) {
      const fault = { match, times: null, probability, kind, ...more };
      await sandbox.control("POST", "webhook-faults", fault);
    }
  }
  const scenarios = [
    { scenario: "error", probability: swarm.bank.error },
    { scenario: "pending", probability: swarm.bank.pending },
    { scenario: "sync_success", probability: swarm.bank.sync },
    { scenario: "sync_error", probability: swarm.bank.sync / 2 },
    { scenario: "insufficient_balance", probability: swarm.bank.error / 4 },
  ];
  for (const { scenario, probability } of scenarios) {
    if (probability === 0) continue;
    await sandbox.control("POST", "payout-scenarios", { scenario, probability, times: null });
  }
}

/** Revio's own clockwork: the bank's answers, and the deliveries that are due. */
export function spawnRevio(world: World): void {
  const { scheduler, sandbox } = world;
  world.revioStrand = scheduler.spawn("revio", undefined, async (strand) => {
    for (;;) {
      sandbox.runTasks();
      for (const delivery of await sandbox.takeDeliveries(8)) spawnDelivery(world, delivery);
      const next = sandbox.nextDueMs();
      const ms = next === undefined ? 3_600_000 : Math.max(next - scheduler.nowMs(), 50);
      await scheduler.sleep(strand, ms, "looks at its clock");
    }
  });
}

export function spawnDelivery(world: World, delivery: EmbeddedDelivery): void {
  const { scheduler, probes, swarm } = world;
  const random = world.random.fork(`delivery ${scheduler.steps} ${delivery.event}`);
  const alive = world.processes.filter(({ kind, dead }) => kind === "api" && !dead);
  if (alive.length === 0) {
    probes.sometimes("webhook met a dead process");
    delivery.done(null);
    return;
  }
  scheduler.spawn(`webhook ${delivery.event}`, random.pick(alive), async (strand) => {
    let status: number | null = null;
    const bodySha256 = createHash("sha256").update(delivery.body).digest("hex");
    const answer = (httpStatus: number | null) => {
      if (httpStatus === 200) world.acknowledged.add(bodySha256);
      delivery.done(httpStatus);
    };
    try {
      const ctx = world.contextOf(strand, { kind: "provider", id: "revio" });
      const received = receiveProviderEvent(ctx, {
        rawBody: delivery.body,
        signature: delivery.signature,
        headers: {},
        keys: world.webhookKeys,
      });
      if (world.plant.answerFirst) answer(200);
      const { verdict } = await received;
      if (verdict === "invalid_signature") probes.sometimes("webhook refused for its signature");
      if (verdict === "duplicate") probes.sometimes("duplicate delivery");
      status = verdict === "invalid_signature" ? 401 : 200;
      if (random.chance(swarm.acknowledgementLost) && !world.healed) {
        probes.sometimes("webhook taken in and its 2xx was lost");
        world.inject("webhook taken in and its 2xx was lost");
        status = null;
      }
    } catch (error) {
      scheduler.note(strand.name, describe(error));
      checkClass(world, error);
    } finally {
      // Whatever died, Revio only knows that no answer came.
      if (!world.plant.answerFirst) answer(status);
      if (world.revioStrand !== undefined) scheduler.wake(world.revioStrand);
    }
  });
}

interface PayoutView {
  id: string;
  reference: string;
  status: string;
}

/** The bank: ends payouts that hang, and now and then turns an error round. */
export function spawnBank(world: World): void {
  const random = world.random.fork("bank");
  world.scheduler.spawn("bank", undefined, async (strand) => {
    for (;;) {
      const longest = world.healed ? 1_800_000 : 10 * world.swarm.thinkMs + 20_000;
      await world.scheduler.sleep(strand, random.int(10_000, longest), "has other customers");
      const payouts = (await world.sandbox.control("GET", "payouts")) as PayoutView[];
      for (const { id, reference, status } of payouts) {
        if (status === "pending" && (world.healed || random.chance(0.5))) {
          const outcome = random.chance(0.7) ? "success" : "error";
          const done = await control(world, "bank", `payouts/${id}/settle`, { outcome });
          if (done && outcome === "error") world.probes.sometimes("bank refused a payout");
        }
        if (status === "success" && !world.healed && random.chance(world.swarm.bank.returned)) {
          const done = await control(world, "bank", `payouts/${id}/return`);
          if (done) world.probes.sometimes("payout sent back by the bank");
        }
        if (status === "error" && !world.healed && random.chance(world.swarm.bank.late)) {
          const done = await control(world, "bank", `payouts/${id}/succeed-late`);
          if (!done) continue;
          world.turnedPayouts.add(reference);
          world.probes.sometimes("payout error became success");
        }
      }
    }
  });
}
