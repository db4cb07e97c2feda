import { errorAdvice, isApiError, type ErrorCode } from "@revio-wallet/api-client/errors";
import type { OperationKind } from "./history.ts";

export interface Judgement {
  readonly outcome: "fail" | "info";
  readonly code: string;
  /** Set if no caller should ever meet this: a defect, or a class of errors that nobody named. */
  readonly finding: string | undefined;
}

/** Answers that a request may get although a part of it was done: a deposit is recorded before Revio is asked. */
const partlyDone: ReadonlySet<string> = new Set(["BUSY", "PROVIDER_UNAVAILABLE", "NOT_FOUND"]);

/**
 * Reads an error as a careful caller does: `fail` only where the API said that nothing was done. An exception, a timeout,
 * a lost answer, an answer that says it does not know: `info`.
 */
export function judgeError(error: unknown, kind: OperationKind | "other"): Judgement {
  if (isApiError(error)) {
    const code: string = error.data.appCode;
    if (!Object.hasOwn(errorAdvice, code)) return unknown(code, `the API answered ${code}`);
    if (code === "INTERNAL") return unknown(code, `the API answered INTERNAL to ${kind}`);
    const nothingDone =
      !errorAdvice[code as ErrorCode].moneyMayHaveMoved &&
      !(kind === "deposit" && partlyDone.has(code));
    return { outcome: nothingDone ? "fail" : "info", code, finding: undefined };
  }
  if (!(error instanceof Error) || error.name !== "TRPCClientError") {
    return unknown("EXCEPTION", `the client threw ${describe(error)}`);
  }
  const { meta, cause } = error as { meta?: { response?: { status?: number } }; cause?: unknown };
  const foreign = (cause as { response?: { status?: number } } | undefined)?.response?.status;
  const status = meta?.response?.status ?? foreign;
  if (status === undefined) {
    const gaveUp = (cause as { name?: string } | undefined)?.name === "TimeoutError";
    return { outcome: "info", code: gaveUp ? "TIMEOUT" : "NO_ANSWER", finding: undefined };
  }
  if (status < 400) return { outcome: "info", code: "ANSWER_CUT", finding: undefined };
  return unknown(`HTTP_${status}`, `an answer ${status} without a word from the API`);
}

function unknown(code: string, finding: string): Judgement {
  return { outcome: "info", code, finding };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}
