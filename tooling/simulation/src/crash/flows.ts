import { decideWithdrawal } from "@revio-wallet/core/approval/decide-withdrawal";
import { adjustment } from "./flow-adjustment.ts";
import { delayed } from "./flow-delayed.ts";
import { reconciliation } from "./flow-reconciliation.ts";
import { suspense } from "./flow-suspense.ts";
import { ask, atRevio, click, deposit, type Flow, wait } from "./stage.ts";

/** Open for more: a flow is in the table, and everything else follows. */
export const flows: Record<string, Flow> = {
  deposit: {
    act: (stage) => deposit(stage, 40_000n),
    ends: [[40_000n, 0n, 0n]],
  },
  delayed,
  withdrawal: {
    prepare: (stage) => deposit(stage, 100_000n),
    act: async (stage) => {
      stage.transactionId = await ask(stage, "withdrawal", 40_000n);
    },
    // Died between the commit and the order to pay: nobody may send the order again, a person decides.
    ends: [
      [60_000n, 0n, 0n],
      [60_000n, 40_000n, 0n],
    ],
  },
  approval: {
    prepare: async (stage) => {
      await deposit(stage, 2_000_000n);
      await wait(stage, 60_000);
      stage.transactionId = await ask(stage, "withdrawal", 1_500_000n);
    },
    act: async (stage) => {
      const { transactionId } = stage;
      await click(stage, "operator", (ctx) =>
        decideWithdrawal(ctx, { transactionId, decision: "approved" }),
      );
    },
    ends: [
      [500_000n, 0n, 0n],
      [500_000n, 1_500_000n, 0n],
    ],
  },
  adjustment,
  refund: {
    prepare: (stage) => deposit(stage, 40_000n),
    act: (stage) => atRevio(stage, "refund", { amount: 10_000 }),
    ends: [[30_000n, 0n, 0n]],
  },
  chargeback: {
    prepare: async (stage) => {
      await deposit(stage, 40_000n);
      const { transactionId } = stage;
      await wait(stage, 60_000);
      await ask(stage, "withdrawal", 30_000n);
      stage.transactionId = transactionId;
    },
    act: (stage) => atRevio(stage, "chargeback"),
    // The money has left: what is missing is owed.
    ends: [[0n, 0n, 30_000n]],
  },
  suspense,
  reconciliation,
};
