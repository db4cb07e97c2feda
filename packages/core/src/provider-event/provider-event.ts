import type { ProviderEventFacts } from "@revio-wallet/db/sql/provider-event-lists";

/** A provider event as operators see it in a list; no body. */
export interface ProviderEvent extends Omit<ProviderEventFacts, "bodySha256"> {
  /** In hex. */
  bodySha256: string;
}

export function toProviderEvent({ bodySha256, ...facts }: ProviderEventFacts): ProviderEvent {
  return { ...facts, bodySha256: bodySha256.toString("hex") };
}
