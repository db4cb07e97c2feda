import { z } from "zod";
import { generalError } from "../api/api-error.ts";
import type { SandboxHono } from "../api/operation.ts";
import {
  answerThreeDSecure,
  type CardOutcome,
  settleAttempt,
  submitCard,
} from "../checkout/submit-card.ts";
import { isJsonObject } from "../json.ts";
import { settleHold } from "../purchase/act-on-purchase.ts";
import { standInCard } from "../purchase/card-used.ts";
import { createPurchase } from "../purchase/create-purchase.ts";
import { chargeBack, forcePayment, reverseChargeback } from "../purchase/late-purchase-events.ts";
import { finishExecution, viewPurchase } from "../purchase/pay-purchase.ts";
import type { AttemptError, PurchaseDocument } from "../purchase/purchase-document.ts";
import { requirePurchase } from "../purchase/purchase-store.ts";
import { completeRefund, settleRefund } from "../purchase/refund-purchase.ts";
import { isRefundable } from "../purchase/purchase-status.ts";
import type { Sandbox } from "../sandbox.ts";
import { control, modeOfQuery } from "./control-answer.ts";

const payRequest = z.strictObject({
  card: z.string().default("4444 3333 2222 1111"),
  expires: z.string().default("12/39"),
  cvc: z.string().default("123"),
  name: z.string().default("T Nkosi"),
  /** The payer's answer to a 3-D Secure step; `leave` walks away from it. */
  threeDSecure: z.enum(["approve", "decline", "leave"]).default("approve"),
});
const settleRequest = z.strictObject({
  outcome: z.enum(["success", "failure"]).default("success"),
  code: z.string().default("general_transaction_error"),
});
const forceRequest = z.strictObject({ code: z.string().optional() });
const refundRequest = z.strictObject({ amount: z.number().int().min(1).optional() });

/** What a payer, an acquirer or a person at the dashboard would do to a purchase. */
export function addPurchaseControls(app: SandboxHono, sandbox: Sandbox): void {
  const find = finder(sandbox);
  app.get(
    "/sandbox/purchases",
    control((context) =>
      sandbox.store
        .all<{ id: string }>(
          "SELECT id FROM purchases WHERE mode = ? AND reference = coalesce(?, reference) ORDER BY rowid DESC LIMIT 200",
          modeOfQuery(context),
          context.req.query("reference") ?? null,
        )
        .map(({ id }) => find(id)),
    ),
  );
  app.get(
    "/sandbox/purchases/:id",
    control((context) => find(context.req.param("id"))),
  );
  app.post(
    "/sandbox/purchases",
    control((context, body) => {
      if (!isJsonObject(body)) throw generalError("invalid", "Expected an object");
      return createPurchase(
        sandbox,
        modeOfQuery(context),
        { brand_id: sandbox.config.brandId, ...body },
        "",
      );
    }),
  );
  app.post(
    "/sandbox/purchases/:id/pay",
    control((context, body) => {
      const { id } = find(context.req.param("id"));
      return describe(sandbox, id, payAsPayer(sandbox, id, payRequest.parse(body)));
    }),
  );
  app.post(
    "/sandbox/purchases/:id/view",
    control((context) => {
      const purchase = find(context.req.param("id"));
      viewPurchase(sandbox, purchase);
      return purchase;
    }),
  );
  addLateControls(app, sandbox);
}

type Find = (id: string | undefined) => PurchaseDocument;

function finder(sandbox: Sandbox): Find {
  return (id) => requirePurchase(sandbox, id ?? "");
}

/** Everything that happens after the payer has left. */
function addLateControls(app: SandboxHono, sandbox: Sandbox): void {
  const find = finder(sandbox);
  app.post(
    "/sandbox/purchases/:id/settle",
    control((context, body) => {
      const { outcome, code } = settleRequest.parse(body);
      const purchase = find(context.req.param("id"));
      settlePending(sandbox, purchase, outcome === "success" ? null : { code, message: code });
      return find(purchase.id);
    }),
  );
  app.post(
    "/sandbox/purchases/:id/force-payment",
    control((context, body) => {
      const { code } = forceRequest.parse(body);
      const purchase = find(context.req.param("id"));
      forcePayment(sandbox, purchase, code === undefined ? null : { code, message: code });
      return purchase;
    }),
  );
  app.post(
    "/sandbox/purchases/:id/refund",
    control((context, body) => {
      const purchase = find(context.req.param("id"));
      return refundFromDashboard(sandbox, purchase, refundRequest.parse(body).amount);
    }),
  );
  app.post(
    "/sandbox/purchases/:id/chargeback",
    control((context) => chargeBack(sandbox, find(context.req.param("id")))),
  );
  app.post(
    "/sandbox/purchases/:id/chargeback-reversal",
    control((context) => reverseChargeback(sandbox, find(context.req.param("id")))),
  );
}

/** The same steps as the checkout page: open it, fill in the card, answer the 3-D Secure step. */
function payAsPayer(
  sandbox: Sandbox,
  id: string,
  request: z.output<typeof payRequest>,
): CardOutcome {
  const outcome = submitCard(
    sandbox,
    id,
    {
      card_number: request.card,
      expires: request.expires,
      cvc: request.cvc,
      cardholder_name: request.name,
    },
    "127.0.0.1",
  );
  if (outcome.kind !== "three_d_secure" || request.threeDSecure === "leave") return outcome;
  return answerThreeDSecure(sandbox, id, outcome.attemptId, request.threeDSecure === "approve");
}

function describe(sandbox: Sandbox, id: string, outcome: CardOutcome) {
  const purchase = requirePurchase(sandbox, id);
  return {
    outcome: outcome.kind,
    error: outcome.kind === "processed" ? outcome.error : null,
    formErrors: outcome.kind === "form_error" ? outcome.errors : null,
    purchase,
  };
}

function settlePending(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  error: AttemptError | null,
): void {
  const settled = sandbox.store.transaction(() => {
    if (purchase.status === "pending_refund")
      return settleRefund(sandbox, purchase.id, error === null);
    if (purchase.status === "pending_charge") {
      finishExecution(sandbox, purchase, standInCard(""), error);
      return true;
    }
    return (
      settleHold(sandbox, purchase, error === null) || settleAttempt(sandbox, purchase.id, error)
    );
  });
  if (!settled)
    throw generalError("sandbox_wrong_status", "Nothing is pending on this purchase.", 409);
}

/** No guard interval and no switch: staff at the dashboard are not bound by the API's rules. */
function refundFromDashboard(
  sandbox: Sandbox,
  purchase: PurchaseDocument,
  amount: number | undefined,
) {
  const refunded = amount ?? purchase.refundable_amount;
  if (!isRefundable(purchase.status) || refunded < 1 || refunded > purchase.refundable_amount) {
    throw generalError("sandbox_wrong_status", "This amount can't be refunded.", 409);
  }
  return sandbox.store.transaction(() => completeRefund(sandbox, purchase, refunded, ""));
}
