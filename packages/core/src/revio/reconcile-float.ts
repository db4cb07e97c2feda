import { sumMoneyInFlight } from "@revio-wallet/db/sql/account-movements";
import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import { houseAccount } from "../ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../ledger/get-balance.ts";
import { currencies, isCurrency } from "../money.ts";
import { checkUncleared } from "../reconciliation/check-uncleared.ts";
import type { Difference } from "../reconciliation/classify-break.ts";
import { excessBeyondFlight, lasting } from "../reconciliation/float-excess.ts";
import { settleComparison } from "../reconciliation/settle-comparison.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";

/** Webhooks, jobs and looks have had time by then. */
const betweenLooksMs = 15 * 60_000;

/** What Revio holds of ours, by currency, more than the ledger says and more than money under way explains. */
type Excesses = Record<string, bigint>;

/**
 * One step of a run over the float. What differs at the first look only was under way. What differs at both, in the same
 * direction, is a break of the lesser amount. Then the clearing accounts of the house are looked through.
 */
export async function reconcileFloat(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  if (run.phase === "first_look") {
    const first = { lookedAt: ctx.clock.now(), excesses: await lookAtFloat(ctx) };
    return commitStep(ctx, run, { phase: "second_look", cursor: toText(first) });
  }
  const { lookedAt, excesses: first } = fromText(run.cursor);
  const until = new Date(lookedAt.getTime() + betweenLooksMs);
  const isCalm = Object.values(first).every((excess) => excess === 0n);
  if (!isCalm && ctx.clock.now() < until) return { kind: "wait", until };
  const second = isCalm ? first : await lookAtFloat(ctx);
  let breaks = await checkUncleared(ctx, run.id);
  for (const currency of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const excess = lasting(first[currency] ?? 0n, second[currency] ?? 0n);
    if (
      await withTransaction(ctx.pool, (tx) =>
        settleFloat(ctx, tx, { runId: run.id, currency, excess }),
      )
    )
      breaks += 1;
  }
  return commitStep(ctx, run, { state: "completed", checked: Object.keys(second).length, breaks });
}

/**
 * The ledger before and after Revio was asked: whatever was booked meanwhile lies between the two, and Revio's figure
 * belongs to some moment between them.
 */
async function lookAtFloat(ctx: RevioContext): Promise<Excesses> {
  const ledger = async () => {
    const sums: Excesses = {};
    for (const currency of currencies) {
      sums[currency] = await getAccountBalance(ctx.pool, houseAccount("revio_float", currency));
    }
    return sums;
  };
  const flightBefore = await inFlight(ctx);
  const before = await ledger();
  const balance = await ctx.revio.balance.get();
  const after = await ledger();
  const flightAfter = await inFlight(ctx);
  const excesses: Excesses = {};
  for (const { currency, balanceMinor, payoutBalanceMinor } of balance.currencies) {
    excesses[currency] = excessBeyondFlight({
      providerMinor: balanceMinor + payoutBalanceMinor,
      ledgerMinor: [before[currency] ?? 0n, after[currency] ?? 0n],
      inFlight: [flightBefore[currency], flightAfter[currency]],
    });
  }
  for (const currency of currencies) {
    // Revio does not name it: it holds none.
    excesses[currency] ??= excessBeyondFlight({
      providerMinor: 0n,
      ledgerMinor: [before[currency] ?? 0n, after[currency] ?? 0n],
      inFlight: [flightBefore[currency], flightAfter[currency]],
    });
  }
  return excesses;
}

async function inFlight(ctx: RevioContext) {
  const sums: Record<string, { incomingMinor: bigint; outgoingMinor: bigint }> = {};
  for (const currency of currencies) sums[currency] = await sumMoneyInFlight(ctx.pool, currency);
  return sums;
}

async function settleFloat(
  ctx: RevioContext,
  tx: Tx,
  { runId, currency, excess }: { runId: string; currency: string; excess: bigint },
): Promise<boolean> {
  const difference: Difference | undefined =
    excess === 0n
      ? undefined
      : {
          class: "float_drift",
          severity: "critical",
          atStake: isCurrency(currency)
            ? { amountMinor: excess < 0n ? -excess : excess, currency }
            : undefined,
          expected: "the ledger's balance, give or take what is under way",
          found: `${excess > 0n ? "more" : "less"} at Revio by ${excess < 0n ? -excess : excess} ${currency}`,
        };
  const subject = `float:${currency}`;
  return settleComparison(ctx, tx, { subject, source: "float", runId, difference });
}

/** The first look, kept with the run until the second. */
interface FirstLook {
  lookedAt: Date;
  excesses: Excesses;
}

function toText({ lookedAt, excesses }: FirstLook): string {
  const texts = Object.entries(excesses).map(([currency, excess]) => [currency, excess.toString()]);
  return JSON.stringify({ lookedAt, excesses: Object.fromEntries(texts) as object });
}

function fromText(text: string): FirstLook {
  const { lookedAt, excesses } = JSON.parse(text) as {
    lookedAt: string;
    excesses: Record<string, string>;
  };
  const numbers = Object.entries(excesses).map(([currency, excess]) => [currency, BigInt(excess)]);
  return { lookedAt: new Date(lookedAt), excesses: Object.fromEntries(numbers) as Excesses };
}
