import { sign } from "node:crypto";
import { canaryCard } from "../secrets.ts";
import type { Random } from "../random.ts";
import type { World } from "../world.ts";
import { spawnDelivery } from "./revio.ts";

interface PurchaseView {
  id: string;
  status: string;
  purchase: { total: number; currency: string };
  status_history: object[];
  transaction_data: object;
}

/**
 * F37: somebody who can sign as Revio does, or Revio itself by mistake, tells of money that never came; and of a card,
 * which has no place in a webhook. What Revio says when it is asked is the truth.
 */
export function spawnLiar(world: World): void {
  const random = world.random.fork("liar");
  const { scheduler, sandbox } = world;
  scheduler.spawn("liar", undefined, async (strand) => {
    while (!world.healed) {
      await scheduler.sleep(strand, random.int(1_000, 1_800_000), "thinks of a lie");
      if (world.healed || !random.chance(world.swarm.lie)) continue;
      const purchases = (await sandbox.control("GET", "purchases")) as PurchaseView[];
      const unpaid = purchases.filter(({ status }) => status === "created" || status === "viewed");
      if (unpaid.length > 0) tell(world, random, random.pick(unpaid));
    }
  });
}

function tell(world: World, random: Random, truth: PurchaseView): void {
  const { scheduler, template } = world;
  const nowSeconds = Math.floor(scheduler.nowMs() / 1000);
  const { total, currency } = truth.purchase;
  const lie = {
    ...truth,
    event_type: "purchase.paid",
    status: "paid",
    status_history: [...truth.status_history, { status: "paid", timestamp: nowSeconds }],
    updated_on: nowSeconds,
    refundable_amount: total,
    transaction_data: { ...truth.transaction_data, extra: { pan: canaryCard } },
    payment: {
      is_outgoing: false,
      payment_type: "purchase",
      amount: total,
      currency,
      net_amount: total,
      fee_amount: 0,
      pending_amount: 0,
      description: "",
      paid_on: nowSeconds,
      remote_paid_on: nowSeconds,
    },
  };
  const body = Buffer.from(JSON.stringify(lie));
  const signature = sign("RSA-SHA256", body, template.keys.webhook.privateKey).toString("base64");
  world.probes.sometimes("webhook that says more than Revio does");
  world.inject("webhook that says more than Revio does");
  spawnDelivery(world, {
    event: `purchase.paid, a lie ${random.int(1, 1_000)}`,
    objectId: truth.id,
    body,
    signature,
    done: () => undefined,
  });
}
