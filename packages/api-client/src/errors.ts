import type { TRPCClientError } from "@trpc/client";
import { appCodeOf, isCallError, isWorthRepeating } from "./error-facts.ts";
import type { AppRouter, ErrorCode, ErrorData } from "./generated/contract.ts";

export type { ErrorCode, ErrorData };

/** An error that the API itself answered with. Switch on `error.data.appCode`, with a default branch: codes may be added. */
export type ApiError = TRPCClientError<AppRouter> & { readonly data: ErrorData };

interface ErrorAdvice {
  /** For the user. Names no cause that they could do nothing about. */
  readonly message: string;
  /** Whether the request may have moved money although it failed. Then look, or ask again with the same key. */
  readonly moneyMayHaveMoved: boolean;
}

const nothingMoved = (message: string): ErrorAdvice => ({ message, moneyMayHaveMoved: false });
const mayHaveMoved = (message: string): ErrorAdvice => ({ message, moneyMayHaveMoved: true });

/** What to make of each code. */
export const errorAdvice: { readonly [Code in ErrorCode]: ErrorAdvice } = {
  INVALID_INPUT: nothingMoved("Please check what you entered."),
  UNAUTHENTICATED: nothingMoved("Please sign in again."),
  INVALID_CREDENTIALS: nothingMoved("The e-mail address, password or code is not right."),
  TOTP_REQUIRED: nothingMoved("Enter the code from your authenticator app."),
  STEP_UP_REQUIRED: nothingMoved("Confirm this with a fresh code or passkey."),
  USER_SUSPENDED: nothingMoved("Your account is suspended. Please contact support."),
  FORBIDDEN: nothingMoved("You may not do this."),
  NOT_FOUND: nothingMoved("We could not find that."),
  EMAIL_TAKEN: nothingMoved("There is an account with this e-mail address already."),
  DUPLICATE: nothingMoved("This exists already."),
  WRONG_STATE: nothingMoved("This is no longer possible."),
  IDEMPOTENCY_IN_PROGRESS: mayHaveMoved("We are still working on your request."),
  PAYLOAD_TOO_LARGE: nothingMoved("That is too much at once."),
  UNSUPPORTED_MEDIA_TYPE: nothingMoved("Something went wrong in this app. Please contact support."),
  IDEMPOTENCY_KEY_REUSED: nothingMoved("Something went wrong in this app. Please start again."),
  INSUFFICIENT_FUNDS: nothingMoved("You do not have enough money for this."),
  LIMIT_EXCEEDED: nothingMoved("This is above your limit."),
  OUTGOING_FROZEN: nothingMoved("Withdrawals are paused on your account. Please contact support."),
  PROVIDER_REJECTED: nothingMoved("The payment provider refused this."),
  RATE_LIMITED: nothingMoved("Too many attempts. Please wait a little."),
  PROVIDER_UNAVAILABLE: nothingMoved(
    "The payment provider cannot be reached. Please try again in a moment.",
  ),
  OUTCOME_UNKNOWN: mayHaveMoved("We are checking whether this went through."),
  BUSY: nothingMoved("We are busy at the moment. Please try again."),
  INTERNAL: mayHaveMoved(
    "Something went wrong on our side. Please check your transactions before you try again.",
  ),
};

/** Every code that this version knows. */
export const errorCodes = Object.keys(errorAdvice) as readonly ErrorCode[];

/** Whether the API itself answered with this error. False for errors of the network and of your own code. */
export function isApiError(error: unknown): error is ApiError {
  return isCallError(error) && appCodeOf(error) !== undefined;
}

/**
 * Whether the same request may work in a moment. The client has repeated what it safely can already; so offer a button,
 * and send the same idempotency key again.
 */
export function isRetryable(error: unknown): boolean {
  return isWorthRepeating(error);
}

/**
 * Whether money may have moved although the call failed. True for a code that this version does not know, and without a
 * code: then nobody answered, and the request may have arrived.
 */
export function moneyMayHaveMoved(code: string | undefined): boolean {
  if (code === undefined || !Object.hasOwn(errorAdvice, code)) return true;
  return errorAdvice[code as ErrorCode].moneyMayHaveMoved;
}

/** A sentence for the user about anything that a call may throw. */
export function userMessage(error: unknown): string {
  const code = appCodeOf(error);
  if (code !== undefined && Object.hasOwn(errorAdvice, code)) {
    return errorAdvice[code as ErrorCode].message;
  }
  return isCallError(error) && code === undefined
    ? "We could not reach the server. Please check your connection and try again."
    : "Something went wrong. Please try again later.";
}
