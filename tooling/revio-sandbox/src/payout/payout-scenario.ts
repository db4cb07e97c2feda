import { z } from "zod";
import { takeFault } from "../faults/fault-store.ts";
import type { Sandbox } from "../sandbox.ts";
import type { PayoutDocument } from "./payout-document.ts";

/** How the bank treats one execution. No provider documents payout test behaviour: all of this is the sandbox's own. */
export const payoutScenarios = [
  "success",
  "error",
  "pending",
  "insufficient_balance",
  "sync_success",
  "sync_error",
  "late_success",
  "returned",
] as const;

export type PayoutScenario = (typeof payoutScenarios)[number];

/** Last four digits of the beneficiary's account number. Any other account behaves by the settings. */
const scenarioByAccountSuffix: Readonly<Record<string, PayoutScenario>> = {
  "9001": "error",
  "9002": "pending",
  "9003": "insufficient_balance",
  "9004": "sync_success",
  "9005": "sync_error",
  "9006": "late_success",
  "9007": "returned",
};

/** `POST /sandbox/payout-scenarios`. */
export const payoutScenarioRequest = z.strictObject({
  match: z
    .strictObject({
      payoutId: z.string().optional(),
      reference: z.string().optional(),
      bankAccount: z.string().optional(),
    })
    .default({}),
  scenario: z.enum(payoutScenarios),
  times: z.number().int().min(1).nullable().default(1),
  probability: z.number().min(0).max(1).default(1),
});

type ScenarioRule = z.output<typeof payoutScenarioRequest>;

/** A rule of the control API wins, then the account number, then the default of the settings. */
export function chooseScenario(sandbox: Sandbox, payout: PayoutDocument): PayoutScenario {
  const rule = takeFault<ScenarioRule>(
    sandbox,
    "payout",
    ({ match }) =>
      (match.payoutId === undefined || match.payoutId === payout.id) &&
      (match.reference === undefined || match.reference === payout.reference) &&
      (match.bankAccount === undefined || match.bankAccount === payout.client.bank_account),
  );
  return (
    rule?.scenario ??
    scenarioByAccountSuffix[payout.client.bank_account.slice(-4)] ??
    payoutScenarios.find((name) => name === sandbox.settings.current().payoutScenario) ??
    "success"
  );
}
