import { sweepTransactions } from "@revio-wallet/core/revio/sweep-transactions";
import { control } from "../actors/payer.ts";
import { onProcess, refusalOf } from "../answers.ts";
import { type Flow, lookUp, wait } from "./stage.ts";

const hourMs = 3_600_000;
const heldSql = `
  SELECT coalesce(sum(CASE p.direction WHEN 'credit' THEN p.amount_minor ELSE -p.amount_minor END), 0)::text AS value
  FROM postings p JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE a.code = 'house:suspense:ZAR'`;

/** Money that is nobody's: for a day it may still turn out to be somebody's, then it goes into suspense. */
export const suspense: Flow = {
  prepare: async (stage) => {
    const { sandbox } = stage.world;
    const made = (await sandbox.control("POST", "purchases", {
      client: { email: "someone@example.com" },
      purchase: { currency: "ZAR", products: [{ name: "at the counter", price: 9_900 }] },
      reference: "counter-1",
    })) as { id: string };
    await control(stage.world, "dashboard", `purchases/${made.id}/pay`);
  },
  prepareMs: 24 * hourMs - 60_000,
  act: async (stage) => {
    const { world, strand } = stage;
    await wait(stage, 120_000);
    for (;;) {
      try {
        await onProcess(world, strand, "worker", () =>
          sweepTransactions(world.contextOf(strand, { kind: "system", id: "transaction.sweep" })),
        );
        return;
      } catch (error) {
        refusalOf(world, error);
        await wait(stage, 60_000);
      }
    }
  },
  ends: [[0n, 0n, 0n]],
  verify: async (stage) => {
    const held = await lookUp(stage, heldSql);
    if (held !== "9900") stage.world.violate("I6", `${held} are in suspense, of 9900`);
  },
};
