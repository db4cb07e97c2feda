import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { insertStatementChunk } from "@revio-wallet/db/sql/statement-files";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { DataKey } from "../encryption/data-key.ts";
import { currentProviderDataKey, sealProviderValue } from "./provider-data-key.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";
import { statementChunkPlace } from "./statement-chunks.ts";

const compress = promisify(gzip);

/** Beyond both ends of the window: what we booked a little earlier or later than Revio's file has it is found all the same. */
const marginMs = 2 * 60 * 60_000;
const pollMs = 30_000;
const afterFailureMs = 10 * 60_000;
/** Memory and row size of a piece of the file; compressed it is smaller. */
const chunkBytes = 1024 * 1024;
const maxFileBytes = 4 * 1024 * 1024 * 1024;
const downloadTimeoutMs = 30 * 60_000;

/** Asks Revio for the file. Dies here? Another is asked for; the first is forgotten. */
export async function askForStatement(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const { id } = await ctx.revio.companyStatements.create({
    format: "csv",
    timezone: "UTC",
    filters: {
      paidFrom: new Date(run.windowFrom.getTime() - marginMs),
      paidTo: new Date(run.windowTo.getTime() + marginMs),
    },
  });
  return commitStep(ctx, run, { phase: "waiting", statementId: id });
}

/** Looks whether it is ready. */
export async function awaitStatement(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const { status, downloadUrl } = await ctx.revio.companyStatements.get(run.statementId ?? "");
  const wait = (ms: number): StepOutcome => ({
    kind: "wait",
    until: new Date(ctx.clock.now().getTime() + ms),
  });
  if (downloadUrl !== null) return commitStep(ctx, run, { phase: "downloading" });
  if (status === "pending" || status === "processing") return wait(pollMs);
  // It will not come any more: another one, later.
  ctx.log.warn({ runId: run.id, status }, "Revio did not make the statement");
  const reset = await commitStep(ctx, run, { phase: "requested", statementId: null });
  return reset.kind === "moved" ? wait(afterFailureMs) : reset;
}

/**
 * Keeps the file as it comes, in encrypted pieces. Each download has a number of its own: what one that broke off has left
 * is never read, and two at once do not mix.
 */
export async function downloadStatement(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const download = run.download + 1;
  const taken = await commitStep(ctx, run, { download });
  if (taken.kind !== "moved") return taken;
  const { downloadUrl } = await ctx.revio.companyStatements.get(run.statementId ?? "");
  if (downloadUrl === null) return { kind: "wait", until: ctx.clock.now() };
  const key = await withTransaction(ctx.pool, (tx) => currentProviderDataKey(ctx, tx));
  const file = await ctx.revio.companyStatements.download(downloadUrl, {
    maxBytes: maxFileBytes,
    timeoutMs: downloadTimeoutMs,
  });
  const hash = createHash("sha256");
  let fileBytes = 0n;
  let chunkNo = 0;
  for await (const piece of inPieces(file.chunks(), chunkBytes)) {
    hash.update(piece);
    fileBytes += BigInt(piece.byteLength);
    await storeChunk(ctx, key, { runId: run.id, download, chunkNo }, piece);
    chunkNo += 1;
  }
  return commitStep(
    ctx,
    { ...run, download },
    { phase: "storing", cursor: "", fileSha256: hash.digest(), fileBytes },
  );
}

async function storeChunk(
  ctx: RevioContext,
  key: DataKey,
  at: { runId: string; download: number; chunkNo: number },
  piece: Buffer,
): Promise<void> {
  const bytesCiphertext = sealProviderValue(
    ctx,
    key,
    statementChunkPlace(at),
    await compress(piece),
  );
  await withTransaction(ctx.pool, (tx) =>
    insertStatementChunk(tx, { ...at, bytesCiphertext, dataKeyId: key.id }),
  );
}

/** The same bytes in pieces of at most `size`. */
async function* inPieces(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength;) {
      const part = Buffer.from(chunk.subarray(at, at + size - bytes));
      pending.push(part);
      bytes += part.byteLength;
      at += part.byteLength;
      if (bytes < size) continue;
      yield Buffer.concat(pending);
      pending = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(pending);
}
