import {
  cancelPurchase,
  capturePurchase,
  chargePurchase,
  markAsPaid,
  releasePurchase,
} from "../purchase/act-on-purchase.ts";
import { createPurchase } from "../purchase/create-purchase.ts";
import type { PurchaseDocument } from "../purchase/purchase-document.ts";
import { requirePurchase } from "../purchase/purchase-store.ts";
import { refundPurchase } from "../purchase/refund-purchase.ts";
import type { JsonObject } from "../json.ts";
import type { Sandbox } from "../sandbox.ts";
import { ApiError } from "./api-error.ts";
import { type ApiRequest, operation, type SandboxHono } from "./operation.ts";

type Action = (sandbox: Sandbox, purchase: PurchaseDocument, request: ApiRequest) => JsonObject;

const actions: Record<string, Action> = {
  cancel: (sandbox, purchase) => cancelPurchase(sandbox, purchase),
  capture: (sandbox, purchase, { body }) => capturePurchase(sandbox, purchase, body),
  release: (sandbox, purchase) => releasePurchase(sandbox, purchase),
  charge: (sandbox, purchase, { mode, body, clientIp }) =>
    chargePurchase(sandbox, mode, purchase, body, clientIp),
  refund: (sandbox, purchase, { body }) => refundPurchase(sandbox, purchase, body),
  mark_as_paid: (sandbox, purchase, { body }) => markAsPaid(sandbox, purchase, body),
};

/** `/api/v1/purchases/`. There is no list, no search and no PUT, PATCH or DELETE. */
export function addPurchaseRoutes(app: SandboxHono, sandbox: Sandbox): void {
  app.post(
    "/api/v1/purchases/",
    operation(sandbox, "purchases.create", ({ mode, body, clientIp }) => ({
      status: 201,
      body: createPurchase(sandbox, mode, body, clientIp),
    })),
  );
  app.get(
    "/api/v1/purchases/:id/",
    operation(sandbox, "purchases.get", ({ mode, params }) => ({
      status: 200,
      body: requirePurchase(sandbox, params.id ?? "", mode),
    })),
  );
  for (const [name, act] of Object.entries(actions)) {
    app.post(
      `/api/v1/purchases/:id/${name}/`,
      operation(sandbox, `purchases.${name}`, (request) => ({
        status: 200,
        body: inOneStep(sandbox, () =>
          act(sandbox, requirePurchase(sandbox, request.params.id ?? "", request.mode), request),
        ),
      })),
    );
  }
}

/**
 * A processor decline answers 400 and still leaves a failed attempt behind, so a refusal must not
 * undo what was written before it.
 */
function inOneStep(sandbox: Sandbox, work: () => JsonObject): JsonObject {
  const outcome = sandbox.store.transaction(() => {
    try {
      return work();
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  });
  if (outcome instanceof ApiError) throw outcome;
  return outcome;
}
