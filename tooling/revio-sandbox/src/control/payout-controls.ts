import { z } from "zod";
import { generalError } from "../api/api-error.ts";
import type { SandboxHono } from "../api/operation.ts";
import { requirePayout } from "../payout/payout-store.ts";
import {
  failPayoutLate,
  paymentsOf,
  returnPayoutPayment,
  settlePayoutPayment,
  succeedPayoutLate,
} from "../payout/settle-payout.ts";
import type { Sandbox } from "../sandbox.ts";
import { control, modeOfQuery } from "./control-answer.ts";

const settleRequest = z.strictObject({
  outcome: z.enum(["success", "error"]).default("success"),
  code: z.string().default("payment_rejected_other_reason"),
  message: z.string().default("Payment rejected (other reason)"),
});

/** What the bank would do to a payout. */
export function addPayoutControls(app: SandboxHono, sandbox: Sandbox): void {
  app.get(
    "/sandbox/payouts",
    control((context) =>
      sandbox.store
        .all<{ id: string }>(
          "SELECT id FROM payouts WHERE mode = ? AND reference = coalesce(?, reference) ORDER BY rowid DESC LIMIT 200",
          modeOfQuery(context),
          context.req.query("reference") ?? null,
        )
        .map(({ id }) => requirePayout(sandbox, id)),
    ),
  );
  app.get(
    "/sandbox/payouts/:id",
    control((context) => requirePayout(sandbox, context.req.param("id") ?? "")),
  );
  app.post(
    "/sandbox/payouts/:id/settle",
    control((context, body) => {
      const { outcome, code, message } = settleRequest.parse(body);
      const { id } = requirePayout(sandbox, context.req.param("id") ?? "");
      const payment = oldestPayment(sandbox, id, "pending");
      settlePayoutPayment(sandbox, payment, outcome === "success", { code, message });
      return requirePayout(sandbox, id);
    }),
  );
  app.post(
    "/sandbox/payouts/:id/succeed-late",
    control((context) => {
      const { id } = requirePayout(sandbox, context.req.param("id") ?? "");
      succeedPayoutLate(sandbox, oldestPayment(sandbox, id, "failed"));
      return requirePayout(sandbox, id);
    }),
  );
  app.post(
    "/sandbox/payouts/:id/fail-late",
    control((context) => {
      const { id } = requirePayout(sandbox, context.req.param("id") ?? "");
      failPayoutLate(sandbox, oldestPayment(sandbox, id, "paid"));
      return requirePayout(sandbox, id);
    }),
  );
  app.post(
    "/sandbox/payouts/:id/return",
    control((context) => {
      const { id } = requirePayout(sandbox, context.req.param("id") ?? "");
      returnPayoutPayment(sandbox, oldestPayment(sandbox, id, "paid"));
      return requirePayout(sandbox, id);
    }),
  );
}

function oldestPayment(
  sandbox: Sandbox,
  payoutId: string,
  state: "pending" | "failed" | "paid",
): string {
  const [payment] = paymentsOf(sandbox, payoutId, state);
  if (!payment)
    throw generalError("sandbox_wrong_status", `This payout has no ${state} payment.`, 409);
  return payment.id;
}
