import {
  countDataKeys,
  lockDataKeysToRewrap,
  updateWrappedKeys,
} from "@revio-wallet/db/sql/data-key-rotation";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import type { Context } from "../context.ts";
import { unwrapDataKey, wrapDataKey } from "./data-key.ts";

export interface RotationReport {
  currentKeyId: string;
  /** Data keys that this run rewrapped. */
  rewrapped: number;
  /** Data keys that an older key-encryption key still wraps, by its id. Empty: the older keys may be taken away. */
  remaining: Record<string, number>;
}

/**
 * Rewraps every data key of an older key-encryption key under the current one, in small database transactions. The data
 * itself is not touched. Stop it at any time and run it again: finished batches stay finished. Run it while the wallet
 * works, and more than once at a time, if you like.
 *
 * @throws Error naming the key-encryption keys that the keyring lacks, before anything is written
 */
export async function rotateDataKeys(
  ctx: Pick<Context, "pool" | "keyring" | "ids" | "clock" | "actor" | "requestId">,
  options: { batchSize?: number; onProgress?: (rewrapped: number) => void } = {},
): Promise<RotationReport> {
  await refuseMissingKeys(ctx);
  const startedAt = ctx.clock.now();
  const limit = options.batchSize ?? 200;
  let rewrapped = 0;
  for (;;) {
    const count = await rewrapBatch(ctx, startedAt, limit);
    if (count === 0) break;
    rewrapped += count;
    options.onProgress?.(rewrapped);
  }
  const { currentKeyId } = ctx.keyring;
  const left = (await countDataKeys(ctx.pool)).filter((key) => key.id !== currentKeyId);
  return {
    currentKeyId,
    rewrapped,
    remaining: Object.fromEntries(left.map((key) => [key.id, Number(key.count)])),
  };
}

async function refuseMissingKeys(ctx: Pick<Context, "pool" | "keyring">): Promise<void> {
  const missing = (await countDataKeys(ctx.pool)).filter(
    (key) => !ctx.keyring.keyEncryptionKeys.has(key.id),
  );
  if (missing.length === 0) return;
  const names = missing.map((key) => `${key.id} (wraps ${key.count} data keys)`).join(", ");
  throw new Error(
    `the keyring lacks key-encryption keys that are still in use: ${names}; add them back, then rotate`,
  );
}

async function rewrapBatch(
  ctx: Pick<Context, "pool" | "keyring" | "ids" | "clock" | "actor" | "requestId">,
  startedAt: Date,
  limit: number,
): Promise<number> {
  const { currentKeyId } = ctx.keyring;
  return withTransaction(ctx.pool, async (tx) => {
    const rows = await lockDataKeysToRewrap(tx, { currentKeyId, startedAt, limit });
    if (rows.length === 0) return 0;
    const keys = rows.map((row) => {
      const bytes = unwrapDataKey(ctx, row.keyEncryptionKeyId, row.id, row.wrappedKey);
      return { id: row.id, wrappedKey: wrapDataKey(ctx, currentKeyId, { id: row.id, bytes }) };
    });
    await updateWrappedKeys(tx, {
      keys,
      keyEncryptionKeyId: currentKeyId,
      rewrappedAt: ctx.clock.now(),
    });
    await recordAuditEvent(ctx, tx, {
      action: "data_keys.rewrapped",
      subjectKind: "key_encryption_key",
      subjectId: currentKeyId,
      details: { count: rows.length },
    });
    return rows.length;
  });
}
