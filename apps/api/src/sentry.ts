import * as Sentry from "@sentry/node";
import { describeError } from "./log.ts";

type SentryOptions = NonNullable<Parameters<typeof Sentry.init>[0]>;

/**
 * Everything that the SDK would collect by itself is off: requests, bodies, headers, queries, local variables, source
 * lines. What is left of an event is cut down to an allow-list before it is sent.
 */
export function sentryOptions(dsn: string): SentryOptions {
  return {
    dsn,
    tracesSampleRate: 0,
    dataCollection: {
      userInfo: false,
      cookies: false,
      httpHeaders: false,
      httpBodies: [],
      urlQueryParams: false,
      databaseQueryData: false,
      queues: false,
      stackFrameVariables: false,
      frameContextLines: 0,
      graphQL: { document: false, variables: false },
      genAI: { inputs: false, outputs: false },
      mcp: { inputs: false, outputs: false },
    },
    beforeBreadcrumb: () => null,
    beforeSend: (event) => ({
      type: undefined,
      ...(event.event_id === undefined ? {} : { event_id: event.event_id }),
      ...(event.timestamp === undefined ? {} : { timestamp: event.timestamp }),
      platform: "node",
      level: event.level ?? "error",
      ...(event.release === undefined ? {} : { release: event.release }),
      ...(event.environment === undefined ? {} : { environment: event.environment }),
      tags: { ...event.tags },
      exception: { values: (event.exception?.values ?? []).map(scrubException) },
    }),
  };
}

type Exception = NonNullable<NonNullable<Sentry.ErrorEvent["exception"]>["values"]>[number];

/** Names and places. The words of an error may quote a row or a request, so they stay behind. */
function scrubException({ type, stacktrace }: Exception): Exception {
  const frames = (stacktrace?.frames ?? []).map(
    ({ filename, function: name, lineno, colno, in_app }) => ({
      ...(filename === undefined ? {} : { filename }),
      ...(name === undefined ? {} : { function: name }),
      ...(lineno === undefined ? {} : { lineno }),
      ...(colno === undefined ? {} : { colno }),
      ...(in_app === undefined ? {} : { in_app }),
    }),
  );
  return {
    ...(type === undefined ? {} : { type }),
    value: "see the log, by request id",
    stacktrace: { frames },
  };
}

/** Does nothing without a DSN. */
export function startSentry(options: { dsn: string | undefined }): void {
  if (options.dsn !== undefined) Sentry.init(sentryOptions(options.dsn));
}

/** Reports what nobody foresaw. The log has the rest under the same request id. */
export function captureUnexpected(
  error: unknown,
  tags: { requestId: string; where: string },
): void {
  if (!Sentry.isInitialized()) return;
  const { name, code } = describeError(error);
  Sentry.captureException(error, {
    tags: { ...tags, errorName: name, ...(code === undefined ? {} : { errorCode: code }) },
  });
}

export async function flushSentry(): Promise<void> {
  if (Sentry.isInitialized()) await Sentry.flush(2_000);
}
