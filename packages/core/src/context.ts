import type { Reader } from "@revio-wallet/db/reader";
import type { Pool } from "pg";
import type { Keyring } from "./encryption/keyring.ts";
import type { Ids } from "./ids.ts";
import type { Enqueue } from "./jobs.ts";

/** Who acts. Every status change and audit event names one. */
export type Actor =
  | { kind: "user"; id: string; sessionId: string }
  | { kind: "operator"; id: string }
  | { kind: "provider"; id: "revio" }
  | { kind: "system"; id: string };

/** Structured log: fields are ids and codes, never payloads or personal data. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** What every verb gets. Built once per process by apps/api/src/context.ts; actor and request id per call. */
export interface Context {
  /** Money and every other write: hand-held pg clients as the application role. */
  pool: Pool;
  /** Typed reads for lists and views, as the read-only role. */
  reader: Reader;
  clock: { now(): Date };
  ids: Ids;
  enqueue: Enqueue;
  keyring: Keyring;
  log: Log;
  actor: Actor;
  requestId: string;
}
