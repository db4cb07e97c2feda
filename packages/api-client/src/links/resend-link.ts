import type { Operation, TRPCClientError, TRPCLink } from "@trpc/client";
import { observable, type Unsubscribable } from "@trpc/server/observable";
import { isUnauthenticated, isWorthRepeating, retryAfterMsOf } from "../error-facts.ts";
import type { AppRouter } from "../generated/contract.ts";
import type { Session } from "../session/create-session.ts";
import {
  delayBeforeRetry,
  isRepeatable as isRepeatableByInput,
  type RetryPolicy,
} from "./retry-policy.ts";

/** Set by the link that sends: which token the server saw. In a map, so that no log of an operation shows it. */
export type SentTokens = WeakMap<object, string | undefined>;

interface ResendOptions {
  readonly session: Pick<Session, "renew">;
  readonly policy: RetryPolicy;
  readonly sentTokens: SentTokens;
  /** Instead of: everything but mutations without an idempotency key. */
  readonly isRepeatable?: (op: Operation) => boolean;
  readonly onRetry?: (op: Operation, attempt: number, delayMs: number) => void;
}

type CallError = TRPCClientError<AppRouter>;

/**
 * Sends a call again where that is safe and useful: once with a new token after UNAUTHENTICATED, for which the server did
 * nothing, and a bounded number of times after failures that pass. A subscription goes on after the last event it saw.
 */
export function resendLink(options: ResendOptions): TRPCLink<AppRouter> {
  const { session, policy, sentTokens, onRetry, isRepeatable = isRepeatableByInput } = options;
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let current: Unsubscribable | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        /** Aborts when nobody listens any more. */
        const left = new AbortController();
        const isOver = (): boolean => left.signal.aborted || op.signal?.aborted === true;
        let attempt = 1;
        let renewed = false;
        let lastEventId: string | undefined;

        const send = (): void => {
          if (isOver()) return;
          // The key under which the sending link notes the token; it passes on the same context object.
          const context = { ...op.context };
          const input =
            lastEventId === undefined ? op.input : { ...asObject(op.input), lastEventId };
          current = next({ ...op, input, context }).subscribe({
            next(envelope) {
              const { result } = envelope;
              if (
                op.type === "subscription" &&
                (result.type === undefined || result.type === "data")
              ) {
                lastEventId = result.id ?? lastEventId;
                attempt = 1;
                renewed = false;
              }
              observer.next(envelope);
            },
            error: (error) => void decide(error, sentTokens.get(context)),
            complete: () => observer.complete(),
          });
        };

        const decide = async (error: CallError, sentToken: string | undefined): Promise<void> => {
          if (isOver()) return observer.error(error);
          if (isUnauthenticated(error) && sentToken !== undefined && !renewed) {
            renewed = true;
            return (await tryToRenew(session, sentToken)) ? send() : observer.error(error);
          }
          if (!isRepeatable(op) || !isWorthRepeating(error)) return observer.error(error);
          const delayMs = delayBeforeRetry(policy, attempt, retryAfterMsOf(error, Date.now()));
          if (delayMs === undefined) return observer.error(error);
          attempt += 1;
          onRetry?.(op, attempt, delayMs);
          await pause(delayMs);
          if (isOver()) return observer.error(error);
          send();
        };

        const pause = (ms: number): Promise<void> =>
          new Promise((resolve) => {
            timer = setTimeout(resolve, ms);
            op.signal?.addEventListener("abort", () => resolve(), { once: true });
          });

        send();
        return () => {
          left.abort();
          clearTimeout(timer);
          current?.unsubscribe();
        };
      });
}

/** If the refresh cannot be carried out, the refusal stands; the tokens are kept for a later call. */
async function tryToRenew(session: Pick<Session, "renew">, refused: string): Promise<boolean> {
  try {
    return await session.renew(refused);
  } catch {
    return false;
  }
}

function asObject(input: unknown): object {
  return typeof input === "object" && input !== null ? input : {};
}
