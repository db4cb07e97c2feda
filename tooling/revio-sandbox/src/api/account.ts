import { readBalances } from "../books/read-balance.ts";
import { paymentMethods } from "../checkout/cards.ts";
import type { JsonObject } from "../json.ts";
import { toWire } from "../money.ts";
import { payoutMethod } from "../payout/payout-document.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { companyKey } from "../webhooks/sign.ts";
import { FieldReader } from "./field-reader.ts";
import { operation, type SandboxHono } from "./operation.ts";

/** Balance, methods and the company key. */
export function addAccountRoutes(app: SandboxHono, sandbox: Sandbox): void {
  app.get(
    "/api/v1/balance/",
    operation(sandbox, "balance.get", ({ mode }) => ({
      status: 200,
      body: {
        ecommerce: balanceRows(sandbox, mode),
        bank_accounts: [],
        payout_balances_enabled: { ZAR: sandbox.settings.current().separatePayoutBalance },
      },
    })),
  );
  app.get(
    "/api/v1/account/json/balance/",
    operation(sandbox, "account_balance.get", ({ mode }) => ({
      status: 200,
      body: Object.fromEntries(
        balanceRows(sandbox, mode).map(({ currency, ...amounts }) => [currency, amounts]),
      ),
    })),
  );
  app.get(
    "/api/v1/payout_methods/",
    operation(sandbox, "payout_methods.get", ({ query }) => {
      const { currency } = methodFilter(sandbox, query);
      const available = currency === "ZAR" ? [payoutMethod] : [];
      return {
        status: 200,
        body: {
          available_payout_methods: available,
          names: currency === "ZAR" ? { [payoutMethod]: "Bank account (sandbox)" } : {},
          logos: {},
          card_methods: [],
        },
      };
    }),
  );
  app.get(
    "/api/v1/payment_methods/",
    operation(sandbox, "payment_methods.get", ({ query }) => {
      methodFilter(sandbox, query);
      return { status: 200, body: paymentMethodList() };
    }),
  );
  app.get(
    "/api/v1/public_key/",
    operation(sandbox, "public_key.get", async ({ mode }) => ({
      status: 200,
      body: (await companyKey(sandbox, mode)).publicKey,
    })),
  );
}

function balanceRows(sandbox: Sandbox, mode: Mode): (JsonObject & { currency: string })[] {
  const separate = sandbox.settings.current().separatePayoutBalance;
  return readBalances(sandbox, mode).map((balance) => {
    const pending = toWire(balance.pendingPayoutsMinor);
    const skew = BigInt(sandbox.settings.current().balanceSkewMinor);
    const ecommerce = toWire(balance.ecommerceMinor + skew);
    const payout = separate ? toWire(balance.payoutMinor) : 0;
    return {
      currency: balance.currency,
      gross_balance: toWire(balance.ecommerceMinor + balance.feesMinor),
      balance: ecommerce,
      available_balance: separate ? ecommerce : ecommerce - pending,
      reserved: 0,
      pending_outgoing: separate ? 0 : pending,
      fee_sell: toWire(balance.feesMinor),
      payout_gross_balance: separate ? toWire(balance.payoutMinor + balance.payoutFeesMinor) : 0,
      payout_balance: payout,
      available_payout_balance: separate ? payout - pending : 0,
      pending_payouts: separate ? pending : 0,
      payout_overdraft: 0,
      payout_fee_sell: toWire(balance.payoutFeesMinor),
    };
  });
}

function methodFilter(sandbox: Sandbox, query: URLSearchParams): { currency: string } {
  const reader = new FieldReader(Object.fromEntries(query));
  const brandId = reader.text("brand_id", 64, { required: true });
  const currency = reader.text("currency", 3, { required: true }) ?? "";
  if (brandId !== undefined && brandId !== sandbox.config.brandId) {
    reader.fail("brand_id", "does_not_exist", `Invalid pk "${brandId}" - object does not exist.`);
  }
  reader.finish();
  return { currency };
}

function paymentMethodList(): JsonObject {
  const methods = [...paymentMethods];
  return {
    available_payment_methods: methods,
    by_country: { any: methods, ZA: methods },
    country_names: { any: "Other", ZA: "South Africa" },
    names: { mastercard: "Mastercard", visa: "Visa" },
    logos: {},
    card_methods: methods,
    payment_method_groups: [{ name: "card", label: "Card", logo: "", methods }],
  };
}
