import { decideWithdrawal } from "@revio-wallet/core/approval/decide-withdrawal";
import { control, findPurchase, payLater } from "../actors/payer.ts";
import { insist } from "../actors/user.ts";
import type { Customer } from "../customer.ts";
import type { Operation } from "../history.ts";
import type { Strand } from "../scheduler.ts";
import { onProcess, refusalOf } from "../answers.ts";
import type { World } from "../world.ts";

/** Something that the wallet does, and may die in at any point. `act` is what sets it off; the wallet does the rest. */
export interface Flow {
  prepare?(stage: Stage): Promise<void>;
  act(stage: Stage): Promise<void>;
  /** [available, pending, receivable] in cents that may come of it, whatever died. */
  ends: readonly (readonly [bigint, bigint, bigint])[];
}

export interface Stage {
  world: World;
  strand: Strand;
  customer: Customer;
  /** The transaction that `prepare` left for `act`. */
  transactionId: string;
}

async function ask(stage: Stage, kind: Operation["kind"], amountMinor: bigint): Promise<string> {
  const outcome = await insist(stage.world, stage.strand, stage.customer, kind, amountMinor);
  if (outcome.type !== "ok") throw new Error(`${kind} was refused: ${JSON.stringify(outcome)}`);
  return outcome.transactionId;
}

async function deposit(stage: Stage, amountMinor: bigint): Promise<void> {
  stage.transactionId = await ask(stage, "deposit", amountMinor);
  payLater(stage.world, stage.transactionId, { certain: true });
}

async function atRevio({ world, transactionId }: Stage, verb: string, body: object = {}) {
  const purchase = await findPurchase(world, transactionId);
  if (purchase === undefined) throw new Error("the deposit has no purchase");
  if (!(await control(world, "dashboard", `purchases/${purchase.id}/${verb}`, body))) {
    throw new Error(`Revio refuses the ${verb}`);
  }
}

async function approve({ world, strand, transactionId }: Stage): Promise<void> {
  const [operator] = world.template.operators;
  for (;;) {
    try {
      await onProcess(world, strand, "api", () =>
        decideWithdrawal(world.contextOf(strand, { kind: "operator", id: operator?.id ?? "" }), {
          transactionId,
          decision: "approved",
        }),
      );
      return;
    } catch (error) {
      // Decided already, by a click whose answer was lost.
      if (refusalOf(world, error).type === "fail") return;
      await world.scheduler.sleep(strand, 20_000, "clicks again");
    }
  }
}

/** Open for more: a flow is in the table, and everything else follows. */
export const flows: Record<string, Flow> = {
  deposit: {
    act: (stage) => deposit(stage, 40_000n),
    ends: [[40_000n, 0n, 0n]],
  },
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
      await stage.world.scheduler.sleep(stage.strand, 60_000, "waits for the money");
      stage.transactionId = await ask(stage, "withdrawal", 1_500_000n);
    },
    act: approve,
    ends: [
      [500_000n, 0n, 0n],
      [500_000n, 1_500_000n, 0n],
    ],
  },
  refund: {
    prepare: (stage) => deposit(stage, 40_000n),
    act: (stage) => atRevio(stage, "refund", { amount: 10_000 }),
    ends: [[30_000n, 0n, 0n]],
  },
  chargeback: {
    prepare: async (stage) => {
      await deposit(stage, 40_000n);
      const { transactionId } = stage;
      await stage.world.scheduler.sleep(stage.strand, 60_000, "waits for the money");
      await ask(stage, "withdrawal", 30_000n);
      stage.transactionId = transactionId;
    },
    act: (stage) => atRevio(stage, "chargeback"),
    // The money has left: what is missing is owed.
    ends: [[0n, 0n, 30_000n]],
  },
};
