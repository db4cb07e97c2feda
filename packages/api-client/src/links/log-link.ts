import type { TRPCLink } from "@trpc/client";
import { observable, tap } from "@trpc/server/observable";
import { appCodeOf, statusOf } from "../error-facts.ts";
import type { AppRouter } from "../generated/contract.ts";

/** One line about a call. Never inputs, answers or tokens: they hold passwords and personal data. */
export interface CallLogEntry {
  readonly event: "done" | "failed" | "retry";
  readonly path: string;
  readonly type: "query" | "mutation" | "subscription";
  /** Since the call began, retries included. */
  readonly durationMs?: number;
  /** Of `failed`: the API's code, or "NO_ANSWER". */
  readonly code?: string;
  readonly httpStatus?: number | undefined;
  /** Quote it to support. */
  readonly requestId?: string | undefined;
  /** Of `retry`: number of the attempt that follows, and the pause before it. */
  readonly attempt?: number;
  readonly delayMs?: number;
}

/** Reports the end of each call; the events of a stream are not reported one by one. */
export function logLink(log: (entry: CallLogEntry) => void): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const { path, type } = op;
        const startedAt = performance.now();
        const durationMs = (): number => Math.round(performance.now() - startedAt);
        return next(op)
          .pipe(
            tap({
              complete: () => log({ event: "done", path, type, durationMs: durationMs() }),
              error: (error) =>
                log({
                  event: "failed",
                  path,
                  type,
                  durationMs: durationMs(),
                  code: appCodeOf(error) ?? "NO_ANSWER",
                  httpStatus: statusOf(error),
                  requestId: error.data?.requestId,
                }),
            }),
          )
          .subscribe(observer);
      });
}
