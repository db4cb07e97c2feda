import type { Log } from "../context.ts";
import type { Verdict } from "./verdicts.ts";

/** What acting on news from Revio did; stored with the provider event. */
export type Effect =
  /** applied: something of ours changed. ignored: rightly nothing to do. `outcome`: one stable word. */
  | { state: "applied" | "ignored"; outcome: string; transactionId: string | undefined }
  /** parked: a person has to look, because acting would be a guess. `atStakeMinor` where it is not all of the object. */
  | {
      state: "parked";
      outcome: Verdict;
      transactionId: string | undefined;
      atStakeMinor?: bigint | undefined;
    };

export function applied(outcome: string, transactionId?: string): Effect {
  return { state: "applied", outcome, transactionId };
}

export function ignored(outcome: string, transactionId?: string): Effect {
  return { state: "ignored", outcome, transactionId };
}

export function parked(outcome: Verdict, transactionId?: string, atStakeMinor?: bigint): Effect {
  return {
    state: "parked",
    outcome,
    transactionId,
    ...(atStakeMinor === undefined ? {} : { atStakeMinor }),
  };
}

/** For what was read without an event that could keep the verdict: beside the break, the log tells when it was read. */
export function logParked(log: Log, effect: Effect): void {
  if (effect.state !== "parked") return;
  const { outcome, transactionId } = effect;
  log.warn({ outcome, transactionId }, "what Revio says needs a person to look");
}
