import { RevioContractViolation, RevioRejected } from "@revio-wallet/revio-client/errors";
import type { Verdict } from "./verdicts.ts";

/**
 * The object, or why it can never be acted upon: Revio has none such, or it is of the other mode or another brand. An
 * answer that makes no sense, or none at all, is thrown: it may be better the next time.
 */
export async function readBack<Value>(
  read: Promise<Value>,
): Promise<{ value: Value } | { verdict: Verdict }> {
  try {
    return { value: await read };
  } catch (error) {
    if (error instanceof RevioRejected && error.httpStatus === 404) {
      return { verdict: "unknown_at_provider" };
    }
    const violation = error instanceof RevioContractViolation ? error.violation : undefined;
    if (violation === "wrong_mode" || violation === "wrong_brand") return { verdict: violation };
    throw error;
  }
}
