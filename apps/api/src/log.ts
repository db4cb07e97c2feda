import type { Log } from "@revio-wallet/core/context";
import { DatabaseError } from "pg";
import pino from "pino";

/**
 * JSON lines on stdout. Callers pass ids and codes only; errors are cut down here to what cannot hold a person's data:
 * PostgreSQL puts the values of a row into its messages and details, so of its errors only the names remain.
 */
export function createLog(options: {
  name: "api" | "worker";
  level: string;
  destination?: pino.DestinationStream;
}): Log {
  const { name, level } = options;
  const ownStdout = options.destination === undefined ? stdout() : undefined;
  const log = pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError, error: describeError },
      // A second net under the allow-listed fields.
      redact: {
        paths: [
          "authorization",
          "password",
          "accessToken",
          "refreshToken",
          "*.authorization",
          "*.password",
        ],
        censor: "[redacted]",
      },
    },
    options.destination ?? ownStdout,
  );
  if (ownStdout !== undefined) tellDrops(ownStdout, log);
  return log;
}

type Stdout = ReturnType<typeof pino.destination>;

/** Bytes of lines that wait for whoever reads stdout. */
const mostWaiting = 4 * 1_024 * 1_024;

/**
 * Never waits: should nobody read the pipe, a line that waited for that would stop every request of the process. What does not
 * fit is dropped. At the end of the process the rest is written out.
 */
function stdout(): Stdout {
  return pino.destination({ fd: 1, sync: false, maxLength: mostWaiting });
}

/** Once somebody reads again: says how much is missing. */
function tellDrops(destination: Stdout, log: Log): void {
  let dropped = 0;
  destination.on("drop", () => (dropped += 1));
  destination.on("drain", () => {
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    log.warn({ dropped: lines }, "nobody read the log: so many lines were dropped");
  });
}

export interface DescribedError {
  name: string;
  code?: string;
  message?: string;
  constraint?: string;
  table?: string;
  stack?: string;
  cause?: DescribedError;
}

/** What a log line says about an error, down to its first cause. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  const described: DescribedError = { name: error.name };
  if (typeof code === "string") described.code = code;
  if (error instanceof DatabaseError) {
    described.name = "DatabaseError";
    if (error.constraint !== undefined) described.constraint = error.constraint;
    if (error.table !== undefined) described.table = error.table;
  } else {
    described.message = error.message.slice(0, 500);
  }
  const frames = framesOf(error);
  if (frames !== undefined) described.stack = frames;
  if (error.cause !== undefined && depth < 3)
    described.cause = describeError(error.cause, depth + 1);
  return described;
}

/** The stack without its first lines, which repeat the message. */
function framesOf(error: Error): string | undefined {
  const start = error.stack?.indexOf("\n    at ");
  return start === undefined || start < 0
    ? undefined
    : error.stack?.slice(start + 1, start + 4_000);
}
