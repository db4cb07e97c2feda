import { RevioUnavailable } from "@revio-wallet/revio-client/errors";

/**
 * Milliseconds for which Revio is not asked, if that is why something failed; undefined for every other failure. Nothing
 * was sent, and nothing is wrong with the item in hand.
 */
export function callsPausedForMs(error: unknown): number | undefined {
  if (!(error instanceof RevioUnavailable) || error.reason !== "circuit_open") return undefined;
  return error.retryAfterMs ?? 0;
}
