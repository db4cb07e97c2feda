import { z } from "zod";

import type { CallOptions } from "./call.ts";
import { currencyCode, signedAmount } from "./money.ts";
import { decodeWith, endpoint, type ResourceContext } from "./resource-context.ts";

const optionalAmount = signedAmount.optional().transform((value) => value ?? 0n);

const currencyBalance = z
  .object({
    currency: currencyCode,
    gross_balance: signedAmount,
    balance: signedAmount,
    available_balance: signedAmount,
    reserved: signedAmount,
    pending_outgoing: signedAmount,
    fee_sell: optionalAmount,
    payout_balance: optionalAmount,
    available_payout_balance: optionalAmount,
    pending_payouts: optionalAmount,
  })
  .transform((wire) => ({
    currency: wire.currency,
    grossMinor: wire.gross_balance,
    balanceMinor: wire.balance,
    availableMinor: wire.available_balance,
    reservedMinor: wire.reserved,
    pendingOutgoingMinor: wire.pending_outgoing,
    feesMinor: wire.fee_sell,
    payoutBalanceMinor: wire.payout_balance,
    availablePayoutMinor: wire.available_payout_balance,
    pendingPayoutsMinor: wire.pending_payouts,
  }));
/** Our float at Revio in one currency, minor units. */
export type CurrencyBalance = z.output<typeof currencyBalance>;

const balanceShape = z
  .object({
    ecommerce: z.array(currencyBalance),
    payout_balances_enabled: z.record(z.string(), z.boolean()).nullish(),
  })
  .transform((wire) => ({
    currencies: wire.ecommerce,
    /** True for a currency whose payouts draw on the separate payout balance. */
    payoutBalancesEnabled: wire.payout_balances_enabled ?? {},
  }));
export type RevioBalance = z.output<typeof balanceShape>;

/** `GET /balance/`. */
async function getBalance(context: ResourceContext, options?: CallOptions): Promise<RevioBalance> {
  return context.transport.send(
    {
      operation: "balance.get",
      method: "GET",
      pathTemplate: "/balance/",
      url: endpoint(context, "balance"),
      kind: "read",
      expects: "json",
      decode: (json) => decodeWith(balanceShape, json),
    },
    options,
  );
}

export function createBalance(context: ResourceContext) {
  return { get: (options?: CallOptions) => getBalance(context, options) };
}
