import type { Store } from "./store/open-store.ts";

/** How the emulated company and its acquirer behave. Everything here can change at run time. */
export interface Settings {
  /** Revio ships with refunds off; the sandbox ships with them on. */
  refundsEnabled: boolean;
  /** `pending` answers with `pending_*` and waits for a settle call; `fail` is a processor decline. */
  executeMode: "immediate" | "pending";
  captureMode: "immediate" | "pending" | "fail";
  releaseMode: "immediate" | "pending" | "fail";
  chargeMode: "immediate" | "pending" | "fail";
  refundMode: "immediate" | "pending" | "fail";
  refundGuardSeconds: number;
  /** Revio's word after a won dispute is not documented: the one from before it, or `paid`, also after refunds. */
  statusAfterReversal: "before" | "paid";
  /** 275 = 2.75 % of the amount, rounded half up. */
  feeBasisPoints: number;
  feeFixedMinor: number;
  payoutFeeMinor: number;
  payoutDelaySeconds: number;
  payoutScenario: string;
  doubleExecute: "reject" | "ignore" | "pay_twice";
  executeRequiresBearer: boolean;
  /** true: payouts draw on `payout_balance`; false: on the one balance that payments fill. */
  separatePayoutBalance: boolean;
  escapeNonAscii: boolean;
  deliverWebhooks: boolean;
  deliveryTimeoutMs: number;
  /** 0: 2048 bits, and 3072 for every third webhook. */
  webhookKeyBits: 0 | 2048 | 3072;
  /** What happens to later events of an object once all nine attempts of an earlier one failed. */
  afterLastAttempt: "advance" | "block";
  statementDelaySeconds: number;
  statementPayoutLines: boolean;
  /** A last line per currency with what the others add up to. */
  statementTotals: boolean;
  /** What `/balance/` says beyond the books: money of which nobody knows. */
  balanceSkewMinor: number;
  defaultDueSeconds: number;
  slowCardSeconds: number;
}

const defaultSettings: Settings = {
  refundsEnabled: true,
  executeMode: "immediate",
  captureMode: "immediate",
  releaseMode: "immediate",
  chargeMode: "immediate",
  refundMode: "immediate",
  refundGuardSeconds: 60,
  statusAfterReversal: "before",
  feeBasisPoints: 275,
  feeFixedMinor: 0,
  payoutFeeMinor: 0,
  payoutDelaySeconds: 5,
  payoutScenario: "success",
  doubleExecute: "pay_twice",
  executeRequiresBearer: false,
  separatePayoutBalance: false,
  escapeNonAscii: true,
  deliverWebhooks: true,
  deliveryTimeoutMs: 30_000,
  webhookKeyBits: 0,
  afterLastAttempt: "advance",
  statementDelaySeconds: 2,
  statementPayoutLines: true,
  statementTotals: false,
  balanceSkewMinor: 0,
  defaultDueSeconds: 3600,
  slowCardSeconds: 5,
};

export interface SettingsStore {
  current(): Settings;
  change(patch: Partial<Settings>): Settings;
  reset(): Settings;
}

/** Changes are kept in the store; the options given at start win over what an earlier run left. */
export function createSettingsStore(store: Store, initial: Partial<Settings>): SettingsStore {
  const base: Settings = { ...defaultSettings, ...initial };
  let current: Settings = {
    ...defaultSettings,
    ...store.readValue<Partial<Settings>>("settings"),
    ...initial,
  };
  return {
    current: () => current,
    change(patch) {
      current = { ...current, ...patch };
      store.writeValue("settings", current);
      return current;
    },
    reset() {
      current = { ...base };
      store.writeValue("settings", current);
      return current;
    },
  };
}
