import { extendHashChain, readChainHead } from "@revio-wallet/db/sql/hash-chain";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";

/** Links per database transaction: about a second's work, so that a crash or a deploy costs nothing. */
const batch = 1_000;
/** Links per run and chain; the next run goes on. */
const perRun = 50_000;

/**
 * Extends the hash chains over the journal and the audit trail, behind posting and without its knowledge. Any number of
 * workers may try at once. The heads are logged: kept where the database's superuser cannot reach, they are what a
 * rewritten chain is found by.
 *
 * @returns links added
 */
export async function extendChains(
  ctx: Pick<Context, "pool" | "clock" | "log">,
  options: { batch?: number } = {},
): Promise<number> {
  const limit = options.batch ?? batch;
  let total = 0;
  for (const stream of ["journal", "audit"] as const) {
    let added = 0;
    for (let last = limit; last === limit && added < perRun; added += last) {
      last = await withTransaction(ctx.pool, (tx) =>
        extendHashChain(tx, { stream, limit, at: ctx.clock.now() }),
      );
    }
    if (added === 0) continue;
    const head = await readChainHead(ctx.pool, stream);
    if (head === undefined) continue;
    const { position, chainHash } = head;
    ctx.log.info(
      { stream, added, position: position.toString(), chainHash: chainHash.toString("hex") },
      "hash chain extended",
    );
    total += added;
  }
  return total;
}
