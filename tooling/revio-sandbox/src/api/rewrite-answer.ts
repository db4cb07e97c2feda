import type { ApiFault } from "../faults/api-faults.ts";
import { isJsonObject, type JsonObject } from "../json.ts";

/** What a lying answer says instead, as dotted paths, for purchases and payouts alike. */
export function rewriteFor(fault: ApiFault, body: JsonObject): JsonObject {
  if (fault.kind === "rewrite") return fault.set;
  if (fault.kind === "wrong_amount") return wrongAmount(body, fault.amount);
  if (fault.kind === "wrong_currency") {
    return { "payment.currency": fault.currency, "purchase.currency": fault.currency };
  }
  if (fault.kind === "wrong_brand") return { brand_id: "00000000-0000-4000-8000-00000000dead" };
  if (fault.kind === "wrong_is_test") return { is_test: body.is_test !== true };
  if (fault.kind === "unknown_status") return { status: fault.status };
  return {};
}

function wrongAmount(body: JsonObject, amount: number | undefined): JsonObject {
  const payment = isJsonObject(body.payment) ? body.payment : undefined;
  const purchase = isJsonObject(body.purchase) ? body.purchase : undefined;
  const stated = payment?.amount ?? purchase?.total;
  const lie = amount ?? (typeof stated === "number" ? stated + 1 : 1);
  return { "payment.amount": lie, "payment.net_amount": lie, "purchase.total": lie };
}
