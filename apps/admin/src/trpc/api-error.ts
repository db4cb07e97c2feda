/** What a page shows of an error: words for people, a stable code, and the id under which the log has it. */
export interface ApiError {
  message: string;
  code: string;
  requestId: string | undefined;
  fieldErrors: readonly FieldError[];
  isRetryable: boolean;
  /** It may have been done all the same. */
  isOutcomeUnknown: boolean;
}

interface FieldError {
  path: string;
  message: string;
}

interface ErrorData {
  appCode?: string;
  requestId?: string;
  retryable?: boolean;
  fieldErrors?: FieldError[];
}

/** Reads what a call threw. Without an answer from the API nobody knows what happened to it. */
export function apiErrorOf(error: unknown): ApiError {
  const data = (error as { data?: ErrorData | null } | null)?.data ?? undefined;
  const code = data?.appCode ?? "NO_ANSWER";
  const isAnswered = data?.appCode !== undefined;
  return {
    code,
    message: isAnswered ? (error as Error).message : "The wallet did not answer.",
    requestId: data?.requestId,
    fieldErrors: data?.fieldErrors ?? [],
    isRetryable: data?.retryable ?? !isAnswered,
    isOutcomeUnknown: !isAnswered || code === "OUTCOME_UNKNOWN" || code === "INTERNAL",
  };
}
