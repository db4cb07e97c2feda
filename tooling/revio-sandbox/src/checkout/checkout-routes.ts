import type { SandboxContext, SandboxHono } from "../api/operation.ts";
import { isPayable } from "../purchase/purchase-status.ts";
import type { PurchaseDocument } from "../purchase/purchase-document.ts";
import { findPurchase } from "../purchase/purchase-store.ts";
import { viewPurchase } from "../purchase/pay-purchase.ts";
import type { Sandbox } from "../sandbox.ts";
import { endPage, paymentPage, threeDSecurePage, unknownPage } from "./checkout-pages.ts";
import {
  answerThreeDSecure,
  type CardForm,
  type CardOutcome,
  findAttempt,
  submitCard,
} from "./submit-card.ts";

/**
 * The hosted checkout. Plain form posts, no script: a browser and a `fetch` with
 * `URLSearchParams` use the same fields (`card_number`, `expires`, `cvc`, `cardholder_name`).
 */
export function addCheckoutRoutes(app: SandboxHono, sandbox: Sandbox): void {
  app.get("/p/:id/", (context) => {
    const purchase = findPurchase(sandbox, context.req.param("id"));
    if (!purchase) return unknownPage();
    viewPurchase(sandbox, purchase);
    if (!isPayable(purchase.status)) return endPage(purchase);
    return paymentPage(purchase, lastFailure(purchase));
  });
  app.post("/p/:id/", async (context) => {
    const id = context.req.param("id");
    if (!findPurchase(sandbox, id)) return unknownPage();
    const form = await readForm(context);
    const outcome = submitCard(sandbox, id, form, clientIp(context));
    return answer(sandbox, id, outcome, form);
  });
  app.get("/p/:id/3ds/:attempt/", (context) => {
    const { id, attempt } = context.req.param();
    const purchase = findPurchase(sandbox, id);
    const waiting = findAttempt(sandbox, id, attempt);
    if (!purchase || !waiting) return unknownPage();
    return waiting.state === "three_d_secure"
      ? threeDSecurePage(purchase, attempt)
      : seeOther(`/p/${id}/`);
  });
  app.post("/p/:id/3ds/:attempt/", async (context) => {
    const { id, attempt } = context.req.param();
    if (!findPurchase(sandbox, id)) return unknownPage();
    const body = await context.req.parseBody();
    const outcome = answerThreeDSecure(sandbox, id, attempt, body.outcome === "approve");
    return answer(sandbox, id, outcome, {});
  });
}

function answer(
  sandbox: Sandbox,
  id: string,
  outcome: CardOutcome,
  typed: Partial<CardForm>,
): Response {
  const purchase = findPurchase(sandbox, id);
  if (!purchase) return unknownPage();
  if (outcome.kind === "form_error")
    return paymentPage(purchase, { typed, errors: outcome.errors });
  if (outcome.kind === "three_d_secure") return seeOther(`/p/${id}/3ds/${outcome.attemptId}/`);
  return outcome.kind === "processed" ? afterAttempt(purchase) : endPage(purchase);
}

/** Redirects carry no proof: the seller learns the result from a webhook or by reading the purchase. */
function afterAttempt(purchase: PurchaseDocument): Response {
  if (isPayable(purchase.status)) return seeOther(`/p/${purchase.id}/`);
  const failed = purchase.status === "cancelled";
  const target = failed ? purchase.failure_redirect : purchase.success_redirect;
  return seeOther(target || `/p/${purchase.id}/`);
}

function lastFailure(purchase: PurchaseDocument): { failure?: string } {
  if (purchase.status !== "error") return {};
  const error = purchase.transaction_data.attempts[0]?.error;
  const message =
    error && typeof error === "object" && !Array.isArray(error) ? error.message : undefined;
  return { failure: typeof message === "string" ? message.toLowerCase() : "declined" };
}

async function readForm(context: SandboxContext): Promise<CardForm> {
  const body = await context.req.parseBody();
  const text = (name: string): string => {
    const value = body[name];
    return typeof value === "string" ? value : "";
  };
  return {
    card_number: text("card_number"),
    expires: text("expires"),
    cvc: text("cvc"),
    cardholder_name: text("cardholder_name"),
  };
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

function clientIp(context: SandboxContext): string {
  return context.env.incoming.socket.remoteAddress ?? "";
}
