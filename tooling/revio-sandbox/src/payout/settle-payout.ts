import { recordMovement } from "../books/record-movement.ts";
import type { AttemptError } from "../purchase/purchase-document.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { scheduleTask } from "../tasks.ts";
import { type PayoutDocument, payoutMethod } from "./payout-document.ts";
import type { PayoutScenario } from "./payout-scenario.ts";
import { changePayoutStatus, requirePayout } from "./payout-store.ts";

interface PayoutPayment {
  id: string;
  payout_id: string;
  mode: Mode;
  currency: string;
  amount_minor: number;
  fee_minor: number;
  state: "pending" | "paid" | "failed" | "returned";
  scenario: PayoutScenario;
}

const rejected: AttemptError = {
  code: "payment_rejected_other_reason",
  message: "Payment rejected (other reason)",
};

/** The bank's answer by the scenario chosen at execution. */
export function settleByScenario(sandbox: Sandbox, paymentId: string): void {
  const payment = findPayment(sandbox, paymentId);
  if (!payment) return;
  const fails = payment.scenario === "error" || payment.scenario === "late_success";
  settlePayoutPayment(sandbox, paymentId, !fails);
  const { payoutDelaySeconds } = sandbox.settings.current();
  if (payment.scenario === "late_success")
    scheduleTask(sandbox, "succeed_payout_late", paymentId, payoutDelaySeconds);
  if (payment.scenario === "returned")
    scheduleTask(sandbox, "return_payout_payment", paymentId, payoutDelaySeconds);
}

/**
 * Ends one payment of a payout.
 *
 * The payout shows `success` once any payment of it succeeded, and `error` only when none is left
 * that might. A second success is silent: the provider sees two payments, its customer one event.
 *
 * @returns false when the payment was not pending
 */
export function settlePayoutPayment(
  sandbox: Sandbox,
  paymentId: string,
  succeeded: boolean,
  error: AttemptError = rejected,
): boolean {
  return sandbox.store.transaction(() => {
    const payment = findPayment(sandbox, paymentId);
    if (payment?.state !== "pending") return false;
    closePayment(sandbox, payment, succeeded ? "paid" : "failed");
    const payout = requirePayout(sandbox, payment.payout_id);
    if (payout.status === "success") return true;
    if (succeeded) {
      showSuccess(sandbox, payout);
      return true;
    }
    const open = sandbox.store.get(
      "SELECT 1 FROM payout_payments WHERE payout_id = ? AND state = 'pending'",
      payout.id,
    );
    if (!open) showError(sandbox, payout, error);
    return true;
  });
}

/** `error` becomes `success` without another execute: the bank paid after all. */
export function succeedPayoutLate(sandbox: Sandbox, paymentId: string): boolean {
  return sandbox.store.transaction(() => {
    const payment = findPayment(sandbox, paymentId);
    if (payment?.state !== "failed") return false;
    closePayment(sandbox, payment, "paid");
    const payout = requirePayout(sandbox, payment.payout_id);
    if (payout.status !== "success") showSuccess(sandbox, payout);
    return true;
  });
}

/** `success` becomes `error`: the bank refused after all, and the provider takes its word back. */
export function failPayoutLate(sandbox: Sandbox, paymentId: string): boolean {
  return sandbox.store.transaction(() => {
    const payment = findPayment(sandbox, paymentId);
    if (payment?.state !== "paid") return false;
    closePayment(sandbox, payment, "failed");
    recordPaymentMovement(sandbox, payment, "payout_return");
    showError(sandbox, requirePayout(sandbox, payment.payout_id), rejected);
    return true;
  });
}

/** The bank sends the money back after `success`: no status, no event, only a statement line. */
export function returnPayoutPayment(sandbox: Sandbox, paymentId: string): boolean {
  return sandbox.store.transaction(() => {
    const payment = findPayment(sandbox, paymentId);
    if (payment?.state !== "paid") return false;
    sandbox.store.run("UPDATE payout_payments SET state = 'returned' WHERE id = ?", payment.id);
    recordPaymentMovement(sandbox, payment, "payout_return");
    return true;
  });
}

/** Payments of a payout in a state, oldest first. */
export function paymentsOf(
  sandbox: Sandbox,
  payoutId: string,
  state: PayoutPayment["state"],
): PayoutPayment[] {
  return sandbox.store.all<PayoutPayment>(
    "SELECT * FROM payout_payments WHERE payout_id = ? AND state = ? ORDER BY rowid",
    payoutId,
    state,
  );
}

function findPayment(sandbox: Sandbox, paymentId: string): PayoutPayment | undefined {
  return sandbox.store.get<PayoutPayment>("SELECT * FROM payout_payments WHERE id = ?", paymentId);
}

function closePayment(sandbox: Sandbox, payment: PayoutPayment, state: "paid" | "failed"): void {
  sandbox.store.run(
    "UPDATE payout_payments SET state = ?, settled_ms = ? WHERE id = ?",
    state,
    sandbox.clock.nowMs(),
    payment.id,
  );
  if (state === "paid") recordPaymentMovement(sandbox, payment, "payout");
}

function recordPaymentMovement(
  sandbox: Sandbox,
  payment: PayoutPayment,
  kind: "payout" | "payout_return",
): void {
  recordMovement(sandbox, {
    mode: payment.mode,
    kind,
    objectId: payment.payout_id,
    paymentId: payment.id,
    reference: requirePayout(sandbox, payment.payout_id).reference,
    currency: payment.currency,
    amountMinor: BigInt(payment.amount_minor),
    // The fee of a returned payment is not given back.
    feeMinor: kind === "payout" ? BigInt(payment.fee_minor) : 0n,
  });
}

function showSuccess(sandbox: Sandbox, payout: PayoutDocument): void {
  const now = sandbox.clock.nowSeconds();
  payout.payment.paid_on = now;
  payout.payment.remote_paid_on = now;
  payout.transaction_data = {
    flow: "server_to_server",
    extra: {
      webhook_payload: {
        bank: {
          bank_code: payout.client.bank_code,
          bank_name: bankName(payout.client.bank_code),
          account_name: payout.client.full_name,
          account_number: payout.client.bank_account,
        },
        status: "success",
        message: "Transfer completed",
      },
    },
    country: "",
    attempts: [attempt(null, now), ...payout.transaction_data.attempts],
    payment_method: payoutMethod,
  };
  changePayoutStatus(sandbox, payout, "success", "payout.success");
}

function showError(sandbox: Sandbox, payout: PayoutDocument, error: AttemptError): void {
  const now = sandbox.clock.nowSeconds();
  payout.transaction_data = {
    flow: "server_to_server",
    extra: {},
    country: "",
    attempts: [attempt(error, now), ...payout.transaction_data.attempts],
    payment_method: "",
  };
  changePayoutStatus(sandbox, payout, "error", "payout.failed");
}

function attempt(error: AttemptError | null, processingTime: number) {
  return {
    error,
    extra: {},
    country: "",
    client_ip: "",
    successful: error === null,
    payment_method: payoutMethod,
    processing_time: processingTime,
  };
}

const universalBranchCodes: Record<string, string> = {
  "632005": "ABSA",
  "250655": "FNB",
  "051001": "Standard Bank",
  "470010": "Capitec",
  "198765": "Nedbank",
};

function bankName(bankCode: string): string {
  return universalBranchCodes[bankCode] ?? "";
}
