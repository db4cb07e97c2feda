import type { Mode, Sandbox } from "../sandbox.ts";

/** Money of one currency, in minor units. */
export interface CurrencyBalance {
  currency: string;
  /** what payments, refunds and chargebacks left, and payouts too when they share the balance */
  ecommerceMinor: bigint;
  /** funds that payouts draw on */
  payoutMinor: bigint;
  pendingPayoutsMinor: bigint;
  /** what an execute may still spend */
  availableForPayoutsMinor: bigint;
  feesMinor: bigint;
  payoutFeesMinor: bigint;
}

interface Sums {
  currency: string;
  kind: string;
  amount: number;
  fee: number;
}

const signs: Record<string, bigint> = {
  payment: 1n,
  chargeback_reversal: 1n,
  refund: -1n,
  chargeback: -1n,
  payout: -1n,
  payout_return: 1n,
};

/** Sums the books; nothing about a balance is stored. ZAR is always present. */
export function readBalances(sandbox: Sandbox, mode: Mode): CurrencyBalance[] {
  const sums = sandbox.store.all<Sums>(
    "SELECT currency, kind, sum(amount_minor) AS amount, sum(fee_minor) AS fee FROM movements WHERE mode = ? GROUP BY currency, kind",
    mode,
  );
  const pending = sandbox.store.all<{ currency: string; amount: number }>(
    "SELECT currency, sum(amount_minor + fee_minor) AS amount FROM payout_payments WHERE mode = ? AND state = 'pending' GROUP BY currency",
    mode,
  );
  const currencies = new Set([
    "ZAR",
    ...sums.map((sum) => sum.currency),
    ...pending.map((sum) => sum.currency),
  ]);
  const separate = sandbox.settings.current().separatePayoutBalance;
  return [...currencies].map((currency) => {
    const opening = currency === "ZAR" ? BigInt(sandbox.config.payoutFundsMinor) : 0n;
    const total = { payments: 0n, payouts: 0n, fees: 0n, payoutFees: 0n };
    for (const sum of sums.filter((each) => each.currency === currency)) {
      const isPayout = sum.kind.startsWith("payout");
      total[isPayout ? "payouts" : "payments"] +=
        (signs[sum.kind] ?? 0n) * BigInt(sum.amount) - BigInt(sum.fee);
      total[isPayout ? "payoutFees" : "fees"] += BigInt(sum.fee);
    }
    const pendingMinor = BigInt(pending.find((sum) => sum.currency === currency)?.amount ?? 0);
    const ecommerceMinor = separate ? total.payments : opening + total.payments + total.payouts;
    const payoutMinor = separate ? opening + total.payouts : ecommerceMinor;
    return {
      currency,
      ecommerceMinor,
      payoutMinor,
      pendingPayoutsMinor: pendingMinor,
      availableForPayoutsMinor: payoutMinor - pendingMinor,
      feesMinor: total.fees,
      payoutFeesMinor: total.payoutFees,
    };
  });
}

export function readBalance(sandbox: Sandbox, mode: Mode, currency: string): CurrencyBalance {
  const found = readBalances(sandbox, mode).find((balance) => balance.currency === currency);
  return (
    found ?? {
      currency,
      ecommerceMinor: 0n,
      payoutMinor: 0n,
      pendingPayoutsMinor: 0n,
      availableForPayoutsMinor: 0n,
      feesMinor: 0n,
      payoutFeesMinor: 0n,
    }
  );
}
