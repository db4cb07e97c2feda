import { createWithdrawal } from "@revio-wallet/core/withdrawal/create-withdrawal";
import { cancelWithdrawal } from "@revio-wallet/core/withdrawal/cancel-withdrawal";
import { cancelDeposit } from "@revio-wallet/core/revio/cancel-deposit";
import { removeBankAccount } from "@revio-wallet/core/bank-account/remove-bank-account";
import { onProcess, refusalOf } from "../answers.ts";
import { seededUuid } from "../random.ts";
import type { World } from "../world.ts";

/** A user with an account of her own, who tries what others own. Whatever is granted to her is one grant too many. */
export function spawnStranger(world: World): void {
  const random = world.random.fork("stranger");
  const { scheduler, template, violate } = world;
  const stranger = template.customers.at(-1);
  if (stranger === undefined) throw new Error("the template has customers");
  const { userId } = stranger;
  scheduler.spawn("stranger", undefined, async (strand) => {
    const attempt = async (what: string, work: () => Promise<unknown>) => {
      try {
        await onProcess(world, strand, "api", work);
        violate("I16", `a stranger was let ${what}`);
      } catch (error) {
        if (refusalOf(world, error).type === "fail") world.probes.sometimes("stranger refused");
      }
    };
    const ctx = () => world.contextOf(strand, { kind: "user", id: userId, sessionId: userId });
    while (!world.healed) {
      await scheduler.sleep(strand, random.int(60_000, 3_600_000), "looks around");
      if (world.healed) return;
      const [other] = template.customers;
      const transaction = await newest(world);
      if (transaction === undefined || other === undefined) continue;
      const { transactionId } = transaction;
      const cancel = transaction.kind === "deposit" ? cancelDeposit : cancelWithdrawal;
      await attempt("cancel", () => cancel(ctx(), { userId, transactionId }));
      const { bankAccountId } = other;
      await attempt("withdraw to another's account", () =>
        createWithdrawal(ctx(), {
          userId,
          amountMinor: 1_000n,
          currency: "ZAR",
          bankAccountId,
          idempotencyKey: seededUuid(random),
        }),
      );
      await attempt("remove another's account", () => removeBankAccount(ctx(), { bankAccountId }));
    }
  });
}

/** The newest deposit or withdrawal that can still be cancelled. */
async function newest({ database }: World) {
  const { rows } = await database.superuser.query<{ transactionId: string; kind: string }>(
    `SELECT id AS "transactionId", kind FROM transactions
     WHERE status IN ('created', 'awaiting_payment', 'awaiting_approval', 'queued') ORDER BY created_at DESC, id LIMIT 1`,
  );
  return rows[0];
}
