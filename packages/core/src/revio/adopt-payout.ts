import { adoptRevioPayout, type RevioPayoutRow } from "@revio-wallet/db/sql/revio-payouts";
import type { TransactionRow } from "@revio-wallet/db/sql/transactions";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Payout } from "@revio-wallet/revio-client/payouts";
import { invariant } from "../errors.ts";
import { currentProviderDataKey, sealProviderValue } from "./provider-data-key.ts";
import type { RevioContext } from "./revio-context.ts";

/** True if the payout is what we asked for. Anybody with Revio's dashboard can make another with our reference. */
export function isPayoutOf(payout: Payout, withdrawal: TransactionRow): boolean {
  return (
    payout.reference === withdrawal.reference &&
    payout.amountMinor === withdrawal.amountMinor &&
    payout.currency === withdrawal.currency
  );
}

/** True once the order to pay has been sent, whatever became of it. */
export function isExecution({ state }: RevioPayoutRow): boolean {
  return ["execute_sent", "execute_unknown", "executing", "success", "error"].includes(state);
}

/** Ties an attempt of ours to Revio's payout and keeps its execution URL, encrypted. */
export async function adoptPayout(
  ctx: RevioContext,
  tx: Tx,
  id: string,
  payout: Payout,
): Promise<void> {
  invariant(payout.executionUrl !== null, "a payout comes with its execution URL");
  const key = await currentProviderDataKey(ctx, tx);
  const adopted = await adoptRevioPayout(tx, {
    id,
    payoutId: payout.id,
    executionUrlCiphertext: sealProviderValue(
      ctx,
      key,
      executionUrlPlace(id),
      Buffer.from(payout.executionUrl.reveal()),
    ),
    dataKeyId: key.id,
  });
  invariant(adopted, `attempt ${id} is tied to another payout`);
}

export function executionUrlPlace(rowId: string) {
  return { table: "revio_payouts", column: "execution_url", rowId };
}
