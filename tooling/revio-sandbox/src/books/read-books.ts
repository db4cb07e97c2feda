import type { JsonObject } from "../json.ts";
import { toWire } from "../money.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { readBalances } from "./read-balance.ts";

interface MovementRow {
  seq: number;
  kind: string;
  object_id: string;
  payment_id: string;
  reference: string;
  currency: string;
  amount_minor: number;
  fee_minor: number;
  at_ms: number;
}

interface PayoutRow {
  id: string;
  reference: string;
  status: string;
  executions: number;
  amount_minor: number;
  currency: string;
  paid: number;
  returned: number;
  pending: number;
  failed: number;
}

/**
 * What really happened, from the sandbox's own records and no one else's: every money effect, each
 * payout with its number of payments, sums per reference, and the balance they add up to.
 */
export function readBooks(sandbox: Sandbox, mode: Mode): JsonObject {
  const movements = sandbox.store.all<MovementRow>(
    "SELECT * FROM movements WHERE mode = ? ORDER BY seq",
    mode,
  );
  const payouts = readPayouts(sandbox, mode);
  return {
    mode,
    openingMinor: sandbox.config.payoutFundsMinor,
    movements: movements.map((row) => ({
      seq: row.seq,
      kind: row.kind,
      objectId: row.object_id,
      paymentId: row.payment_id,
      reference: row.reference,
      currency: row.currency,
      amountMinor: row.amount_minor,
      feeMinor: row.fee_minor,
      atMs: row.at_ms,
    })),
    payouts: payouts.map((row) => ({
      payoutId: row.id,
      reference: row.reference,
      status: row.status,
      currency: row.currency,
      amountMinor: row.amount_minor,
      executions: row.executions,
      // A returned payment was made as well: it counts as paid here and came back as a movement.
      payments: row.paid + row.returned,
      pendingPayments: row.pending,
      failedPayments: row.failed,
      returnedPayments: row.returned,
    })),
    byReference: sumByReference(movements, payouts),
    totals: sumByKind(movements),
    balances: readBalances(sandbox, mode).map((balance) => ({
      currency: balance.currency,
      ecommerceMinor: toWire(balance.ecommerceMinor),
      payoutMinor: toWire(balance.payoutMinor),
      pendingPayoutsMinor: toWire(balance.pendingPayoutsMinor),
      availableForPayoutsMinor: toWire(balance.availableForPayoutsMinor),
      feesMinor: toWire(balance.feesMinor),
      payoutFeesMinor: toWire(balance.payoutFeesMinor),
    })),
  };
}

function readPayouts(sandbox: Sandbox, mode: Mode): PayoutRow[] {
  return sandbox.store.all<PayoutRow>(
    `SELECT payouts.id, payouts.reference, payouts.status, payouts.executions,
       payouts.document ->> '$.payment.amount' AS amount_minor,
       payouts.document ->> '$.payment.currency' AS currency,
       count(payment.id) FILTER (WHERE payment.state = 'paid') AS paid,
       count(payment.id) FILTER (WHERE payment.state = 'returned') AS returned,
       count(payment.id) FILTER (WHERE payment.state = 'pending') AS pending,
       count(payment.id) FILTER (WHERE payment.state = 'failed') AS failed
     FROM payouts LEFT JOIN payout_payments AS payment ON payment.payout_id = payouts.id
     WHERE payouts.mode = ? GROUP BY payouts.id ORDER BY payouts.rowid`,
    mode,
  );
}

function sumByKind(movements: MovementRow[]): JsonObject {
  const totals: Record<string, { count: number; amountMinor: bigint; feeMinor: bigint }> = {};
  for (const row of movements) {
    const total = (totals[row.kind] ??= { count: 0, amountMinor: 0n, feeMinor: 0n });
    total.count += 1;
    total.amountMinor += BigInt(row.amount_minor);
    total.feeMinor += BigInt(row.fee_minor);
  }
  return Object.fromEntries(
    Object.entries(totals).map(([kind, total]) => [
      kind,
      {
        count: total.count,
        amountMinor: toWire(total.amountMinor),
        feeMinor: toWire(total.feeMinor),
      },
    ]),
  );
}

function sumByReference(movements: MovementRow[], payouts: PayoutRow[]): JsonObject {
  const sums: Record<string, Record<string, bigint>> = {};
  const add = (reference: string, name: string, amount: bigint): void => {
    const sum = (sums[reference] ??= {});
    sum[name] = (sum[name] ?? 0n) + amount;
  };
  for (const row of movements) {
    add(row.reference, `${row.kind}Minor`, BigInt(row.amount_minor));
    add(row.reference, `${row.kind}Count`, 1n);
    add(row.reference, "feeMinor", BigInt(row.fee_minor));
  }
  for (const row of payouts) {
    add(row.reference, "payoutObjects", 1n);
    add(row.reference, "executions", BigInt(row.executions));
  }
  return Object.fromEntries(
    Object.entries(sums).map(([reference, sum]) => [
      reference,
      Object.fromEntries(Object.entries(sum).map(([name, amount]) => [name, toWire(amount)])),
    ]),
  );
}
