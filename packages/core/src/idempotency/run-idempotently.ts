import { createHash } from "node:crypto";
import {
  claimIdempotencyKey,
  completeIdempotencyKey,
  type IdempotencyId,
  type IdempotencyRow,
  lockIdempotencyKey,
} from "@revio-wallet/db/sql/idempotency-keys";
import { type Tx, withTransaction } from "@revio-wallet/db/with-transaction";
import canonicalize from "canonicalize";
import { deserialize, serialize, type SuperJSONResult } from "superjson";
import type { Context } from "../context.ts";
import { DomainError, type ErrorCode, errorCodes, invariant } from "../errors.ts";
import { settleCommit, settlesUntil } from "./settle-commit.ts";

/** A request that must not be done twice, as its sender named it. */
export interface IdempotentRequest {
  /** 'withdrawal.create' */
  operation: string;
  /** UUID that the caller made for this one intent. */
  key: string;
  /** Everything that the caller asked for. The same key with another input is refused. */
  input: object;
}

/** What `work` gives back: the answer to store, and the transaction that it is about, if there is one. */
export interface IdempotentResult<Output> {
  output: Output;
  transactionId: string | undefined;
}

/**
 * Does `work` at most once per (actor, operation, key), in one database transaction with the stored answer. Repeats get
 * that answer, for ever; so do repeats of a final refusal (no funds, over a limit), because a delayed duplicate of a
 * request that was refused must not succeed after the caller was told no. A COMMIT whose answer is lost is looked up by the key.
 *
 * A repeat is answered from a row that it has locked, which is a write of its own: with a synchronous standby its COMMIT waits
 * for the standby, and so for everything before it. Nobody is told of a success that a failover could still undo.
 *
 * @throws DomainError IDEMPOTENCY_KEY_REUSED if the key came with another input before, OUTCOME_UNKNOWN
 */
export async function runIdempotently<Output>(
  ctx: Context,
  request: IdempotentRequest,
  work: (tx: Tx) => Promise<IdempotentResult<Output>>,
): Promise<{ output: Output; replayed: boolean }> {
  const id = idempotencyId(ctx, request);
  const fingerprint = fingerprintOf(request.input);
  const until = settlesUntil();
  const run = () =>
    withTransaction(ctx.pool, async (tx) => {
      const known = await claim(ctx, tx, id, fingerprint);
      if (known !== undefined) return { output: replay<Output>(known), replayed: true };
      const { output, transactionId } = await work(tx);
      await storeAnswer(ctx, tx, id, { output }, transactionId);
      return { output, replayed: false };
    });
  try {
    return await settleCommit(ctx, run, until);
  } catch (error) {
    if (!isFinalRefusal(error)) throw error;
    const refused = { id, fingerprint, refusal: error, until };
    return { output: await storeRefusal<Output>(ctx, refused), replayed: true };
  }
}

/** Somebody else works on the key, and has committed the start of that work. */
export function stillInProgress(): DomainError {
  return new DomainError(
    "IDEMPOTENCY_IN_PROGRESS",
    "The first request with this key is still at work. Ask again in a moment with the same key.",
    { retryAfterMs: 1_000 },
  );
}

/** True for an error that the same request would meet for ever. */
export function isFinalRefusal(error: unknown): error is DomainError {
  return error instanceof DomainError && errorCodes[error.code].final;
}

/**
 * The work was rolled back; the refusal is stored by itself, and thrown. Gives the answer of a twin of the request that
 * succeeded in between, if there was one. `until`: of the whole request, see settleCommit.
 */
export async function storeRefusal<Output>(
  ctx: Context,
  refused: { id: IdempotencyId; fingerprint: Buffer; refusal: DomainError; until: number },
): Promise<Output> {
  const { id, fingerprint, refusal, until } = refused;
  const run = () =>
    withTransaction(ctx.pool, async (tx) => {
      const known = await claim(ctx, tx, id, fingerprint);
      if (known?.response === null) throw stillInProgress();
      if (known !== undefined) return known;
      const { code, message } = refusal;
      await storeAnswer(ctx, tx, id, { refusal: { code, message } }, undefined);
      return undefined;
    });
  const twin = await settleCommit(ctx, run, until);
  if (twin === undefined) throw refusal;
  // After the COMMIT: the lock on the key is a write, so it waited for the standby, and so for what it found. A refusal thrown
  // inside would have been told from a row that a failover may take back, and a repeat would then succeed.
  return replay<Output>(twin);
}

/** Claims the key; the row of an earlier request if there was one with the same input. */
async function claim(
  ctx: Context,
  tx: Tx,
  id: IdempotencyId,
  fingerprint: Buffer,
): Promise<IdempotencyRow | undefined> {
  const now = ctx.clock.now();
  if (await claimIdempotencyKey(tx, id, { fingerprint, createdAt: now, leasedUntil: undefined })) {
    return undefined;
  }
  return readClaimed(tx, id, fingerprint);
}

/**
 * Reads and holds a key that is taken.
 *
 * @throws DomainError IDEMPOTENCY_KEY_REUSED
 */
export async function readClaimed(
  tx: Tx,
  id: IdempotencyId,
  fingerprint: Buffer,
): Promise<IdempotencyRow> {
  const row = await lockIdempotencyKey(tx, id);
  invariant(row !== undefined, "a taken idempotency key has a row");
  if (!row.fingerprint.equals(fingerprint)) {
    throw new DomainError(
      "IDEMPOTENCY_KEY_REUSED",
      "This idempotency key came with another request before. Use a new key for a new request.",
    );
  }
  return row;
}

type StoredAnswer = { output: SuperJSONResult } | { refusal: { code: ErrorCode; message: string } };

/** The stored answer; a stored refusal is thrown again. */
export function replay<Output>(row: IdempotencyRow): Output {
  invariant(row.response !== null, "a completed idempotency key has an answer");
  const stored = row.response as StoredAnswer;
  if ("refusal" in stored) throw new DomainError(stored.refusal.code, stored.refusal.message);
  return deserialize<Output>(stored.output);
}

/** Stores what this and every later request with the key is answered. @returns false if an answer was there already */
export async function storeAnswer(
  ctx: Pick<Context, "clock">,
  tx: Tx,
  id: IdempotencyId,
  answer: { output: unknown } | { refusal: { code: ErrorCode; message: string } },
  transactionId: string | undefined,
): Promise<boolean> {
  const response: StoredAnswer = "output" in answer ? { output: serialize(answer.output) } : answer;
  const completedAt = ctx.clock.now();
  return completeIdempotencyKey(tx, id, { response, transactionId, completedAt });
}

/** Stores an answer unless another request with the key has stored one. @returns the answer that counts */
export async function answerOnce<Output>(
  ctx: Pick<Context, "clock">,
  tx: Tx,
  id: IdempotencyId,
  { output, transactionId }: IdempotentResult<Output>,
): Promise<Output> {
  if (await storeAnswer(ctx, tx, id, { output }, transactionId)) return output;
  const row = await lockIdempotencyKey(tx, id);
  invariant(row !== undefined, "an answered idempotency key has a row");
  return replay<Output>(row);
}

export function idempotencyId(
  ctx: Pick<Context, "actor">,
  request: Pick<IdempotentRequest, "operation" | "key">,
): IdempotencyId {
  return { actorId: ctx.actor.id, operation: request.operation, key: request.key };
}

/** SHA-256 of the canonical JSON (RFC 8785) of what was asked for. */
export function fingerprintOf(input: object): Buffer {
  const plain = JSON.stringify(input, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  const canonical = canonicalize(JSON.parse(plain) as object);
  invariant(canonical !== undefined, "a request has a canonical form");
  return createHash("sha256").update(canonical).digest();
}
