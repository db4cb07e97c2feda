import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { findStatementChunk } from "@revio-wallet/db/sql/statement-files";
import type { FieldPlace } from "../encryption/field-cipher.ts";
import { StatementUnreadable } from "../reconciliation/csv-rows.ts";
import { openProviderValue } from "./provider-data-key.ts";
import type { RevioContext } from "./revio-context.ts";

const expand = promisify(gunzip);
/** More than a piece ever holds: a piece that grows beyond it is not ours. */
const maxOutputLength = 16 * 1024 * 1024;

export function statementChunkPlace(at: {
  runId: string;
  download: number;
  chunkNo: number;
}): FieldPlace {
  return {
    table: "statement_chunks",
    column: "bytes_ciphertext",
    rowId: `${at.runId}/${at.download}/${at.chunkNo}`,
  };
}

/** The text of a kept file, piece by piece. @throws StatementUnreadable if it is not UTF-8 */
export async function* readStatementText(
  ctx: RevioContext,
  file: { runId: string; download: number },
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw new StatementUnreadable("the file is not UTF-8");
    }
  };
  for (let chunkNo = 0; ; chunkNo += 1) {
    const at = { ...file, chunkNo };
    const row = await findStatementChunk(ctx.pool, at);
    if (row === undefined) break;
    const place = statementChunkPlace(at);
    const zipped = await openProviderValue(
      ctx,
      ctx.pool,
      row.dataKeyId,
      place,
      row.bytesCiphertext,
    );
    yield decode(await expand(zipped, { maxOutputLength }));
  }
  yield decode();
}
