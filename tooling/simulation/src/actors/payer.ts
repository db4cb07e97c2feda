import type { World } from "../world.ts";

interface PurchaseView {
  id: string;
  status: string;
}

const cards = {
  good: "4444 3333 2222 1111",
  declined: "4000 0000 0000 9995",
  threeDSecure: "5555 5555 5555 4444",
};

/** Pays the deposit's purchase some time later, or not; and then the bank or the shop may want the money back. */
export function payLater(world: World, transactionId: string, how: { certain: boolean }): void {
  const random = world.random.fork(`payer of ${transactionId}`);
  if (!how.certain && random.chance(0.2)) return;
  const { scheduler } = world;
  world.busy += 1;
  scheduler.spawn(`payer ${world.operations.length}`, undefined, async (strand) => {
    try {
      await scheduler.sleep(
        strand,
        how.certain ? 500 : random.int(1, world.swarm.thinkMs),
        "finds the card",
      );
      const purchase = await findPurchase(world, transactionId);
      if (purchase === undefined) return;
      const card = how.certain ? cards.good : random.pick(Object.values(cards));
      await control(world, strand.name, `purchases/${purchase.id}/pay`, { card });
      await scheduler.sleep(strand, random.int(1, 10 * world.swarm.thinkMs), "is content");
      if (random.chance(world.swarm.refund)) {
        const asked = random.chance(0.5) ? {} : { amount: random.int(1, 1_000) };
        const done = await control(world, strand.name, `purchases/${purchase.id}/refund`, asked);
        if (done) world.probes.sometimes("refund at the dashboard");
      }
      await dispute(world, strand.name, purchase.id, random);
    } finally {
      world.busy -= 1;
    }
  });
}

async function dispute(
  world: World,
  who: string,
  purchaseId: string,
  random: World["random"],
): Promise<void> {
  if (!random.chance(world.swarm.chargeback)) return;
  if (!(await control(world, who, `purchases/${purchaseId}/chargeback`))) return;
  world.probes.sometimes("chargeback");
  if (!random.chance(0.4)) return;
  const won = await control(world, who, `purchases/${purchaseId}/chargeback-reversal`);
  if (won) world.probes.sometimes("chargeback won");
}

export async function findPurchase(
  world: World,
  transactionId: string,
): Promise<PurchaseView | undefined> {
  const { rows } = await world.database.superuser.query<{ reference: string }>(
    "SELECT reference FROM transactions WHERE id = $1",
    [transactionId],
  );
  const reference = rows[0]?.reference ?? "none";
  const found = await world.sandbox.control("GET", `purchases?reference=${reference}`);
  return (found as PurchaseView[])[0];
}

/** Something that happens at Revio without us. False if the object's status does not allow it. */
export async function control(
  world: World,
  who: string,
  path: string,
  body: object = {},
): Promise<boolean> {
  const { scheduler, revioStrand } = world;
  try {
    await world.sandbox.control("POST", path, body);
    scheduler.note(who, `at Revio: ${path}`);
    if (revioStrand !== undefined) scheduler.wake(revioStrand);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !/ answers 4\d\d/.test(error.message)) throw error;
    return false;
  }
}
