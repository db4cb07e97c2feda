import { ApiError } from "../api/api-error.ts";
import { readBalance } from "../books/read-balance.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Mode, Sandbox } from "../sandbox.ts";
import { scheduleTask } from "../tasks.ts";
import type { PayoutDocument } from "./payout-document.ts";
import { changePayoutStatus, requirePayout } from "./payout-store.ts";
import { chooseScenario, type PayoutScenario } from "./payout-scenario.ts";
import { settlePayoutPayment } from "./settle-payout.ts";

/**
 * `POST <execution_url>`: the step that moves money.
 *
 * What Revio does with a second POST is unknown, so the default here is the worst case: each
 * accepted POST is one more payment to the bank.
 *
 * @throws ApiError 400 for missing funds or a refused repetition; the payout keeps its status
 */
export function executePayout(sandbox: Sandbox, id: string): Json {
  // A refusal is thrown after the commit: the scenario that caused it is used up.
  const answer = sandbox.store.transaction(() => acceptExecution(sandbox, id));
  if (answer instanceof ApiError) throw answer;
  return answer;
}

function acceptExecution(sandbox: Sandbox, id: string): Json | ApiError {
  const payout = requirePayout(sandbox, id);
  const repeated = payout.status === "pending" || payout.status === "success";
  const policy = sandbox.settings.current().doubleExecute;
  if (repeated && policy === "reject") {
    return new ApiError(400, {
      __all__: [{ message: "Payout is already executed.", code: "payout_execute_wrong_status" }],
    });
  }
  if (repeated && policy === "ignore") return executeAnswer(payout.status);
  const scenario = chooseScenario(sandbox, payout);
  if (!hasFunds(sandbox, payout, scenario)) {
    return new ApiError(400, {
      error: { code: "insufficient_balance", message: "Insufficient payout balance" },
    });
  }
  const paymentId = sendToBank(sandbox, payout, scenario);
  const synchronous = scenario === "sync_success" || scenario === "sync_error";
  if (!repeated && !synchronous) changePayoutStatus(sandbox, payout, "pending", "payout.pending");
  if (synchronous) settlePayoutPayment(sandbox, paymentId, scenario === "sync_success");
  else if (scenario !== "pending") {
    const { payoutDelaySeconds } = sandbox.settings.current();
    scheduleTask(sandbox, "settle_payout_payment", paymentId, payoutDelaySeconds);
  }
  return executeAnswer(requirePayout(sandbox, id).status);
}

/** One payment instruction; its count per payout is what a double execute shows in. */
function sendToBank(sandbox: Sandbox, payout: PayoutDocument, scenario: PayoutScenario): string {
  const paymentId = sandbox.random.uuid();
  sandbox.store.run(
    `INSERT INTO payout_payments (id, payout_id, mode, currency, amount_minor, fee_minor, state, scenario, executed_ms)
     VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?)`,
    paymentId,
    payout.id,
    modeOf(payout),
    payout.payment.currency,
    payout.payment.amount,
    payoutFee(sandbox),
    scenario,
    sandbox.clock.nowMs(),
  );
  sandbox.store.run("UPDATE payouts SET executions = executions + 1 WHERE id = ?", payout.id);
  return paymentId;
}

/** Lack of funds shows here and not at creation. */
function hasFunds(sandbox: Sandbox, payout: PayoutDocument, scenario: PayoutScenario): boolean {
  const needed = BigInt(payout.payment.amount) + payoutFee(sandbox);
  const { availableForPayoutsMinor } = readBalance(
    sandbox,
    modeOf(payout),
    payout.payment.currency,
  );
  return scenario !== "insufficient_balance" && availableForPayoutsMinor >= needed;
}

function payoutFee(sandbox: Sandbox): bigint {
  return BigInt(sandbox.settings.current().payoutFeeMinor);
}

function modeOf(document: JsonObject): Mode {
  return document.is_test === true ? "test" : "live";
}

function executeAnswer(status: string): JsonObject {
  return {
    status,
    details: {
      return_code: "200",
      message: "Transfer accepted",
      transaction: { status },
    },
  };
}
