import type { Log } from "../context.ts";

/** What acting on news from Revio did; stored with the provider event. */
export interface Effect {
  /**
   * applied: something of ours changed. ignored: rightly nothing to do. parked: a person has to look, because acting
   * would be a guess.
   */
  state: "applied" | "ignored" | "parked";
  /** One stable word. */
  outcome: string;
  transactionId: string | undefined;
}

export function applied(outcome: string, transactionId: string): Effect {
  return { state: "applied", outcome, transactionId };
}

export function ignored(outcome: string, transactionId?: string): Effect {
  return { state: "ignored", outcome, transactionId };
}

export function parked(outcome: string, transactionId?: string): Effect {
  return { state: "parked", outcome, transactionId };
}

/** For what was read without an event that could keep the verdict: the log is where people find it. */
export function logParked(log: Log, effect: Effect): void {
  if (effect.state !== "parked") return;
  const { outcome, transactionId } = effect;
  log.warn({ outcome, transactionId }, "what Revio says needs a person to look");
}
