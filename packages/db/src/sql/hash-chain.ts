import type { Queryable } from "../pool.ts";
import type { Tx } from "../with-transaction.ts";

export type ChainStream = "journal" | "audit";

export interface ChainHead {
  position: bigint;
  chainHash: Buffer;
}

/** Adds links for what is not chained yet and can no longer change; how many. 0 also while somebody else is at it. */
export async function extendHashChain(
  tx: Tx,
  row: { stream: ChainStream; limit: number; at: Date },
): Promise<number> {
  const { rows } = await tx.query<{ added: number }>(
    "SELECT extend_hash_chain($1, $2, $3) AS added",
    [row.stream, row.limit, row.at],
  );
  return rows[0]?.added ?? 0;
}

/** The last link; undefined while there is none. */
export async function readChainHead(
  db: Queryable,
  stream: ChainStream,
): Promise<ChainHead | undefined> {
  const { rows } = await db.query<ChainHead>(
    `SELECT position, chain_hash AS "chainHash" FROM chain_links WHERE stream = $1 ORDER BY position DESC LIMIT 1`,
    [stream],
  );
  return rows[0];
}

/** A link with its item field by field, as text: what anybody needs to compute the hashes anew, without PostgreSQL. */
export interface ChainedEntry {
  position: bigint;
  itemHash: Buffer;
  chainHash: Buffer;
  fields: (string | null)[];
  /** One list per posting, in the order of their ids. */
  postings: (string | null)[][];
}

/** Links of the journal's chain behind `after`, in order. */
export async function readChainedEntries(
  db: Queryable,
  page: { after: bigint; limit: number },
): Promise<ChainedEntry[]> {
  const { rows } = await db.query<ChainedEntry>(
    `SELECT l.position, l.item_hash AS "itemHash", l.chain_hash AS "chainHash",
            ARRAY['journal_entry/1', e.id::text, e.sequence::text, e.entry_key, e.event, e.transaction_id::text, encode(e.fingerprint, 'hex'),
              epoch_micros(e.occurred_at), epoch_micros(e.posted_at), e.created_xid::text] AS fields,
            coalesce((
              SELECT jsonb_agg(jsonb_build_array(p.id::text, a.code, a.type, a.normal_side, p.currency, p.direction, p.amount_minor::text,
                p.balance_before_minor::text, p.balance_after_minor::text, epoch_micros(p.posted_at), p.created_xid::text) ORDER BY p.id)
              FROM postings p LEFT JOIN ledger_accounts a ON a.id = p.ledger_account_id WHERE p.journal_entry_id = e.id
            ), '[]') AS postings
     FROM chain_links l JOIN journal_entries e ON e.sequence = l.item_sequence
     WHERE l.stream = 'journal' AND l.position > $1 ORDER BY l.position LIMIT $2`,
    [page.after, page.limit],
  );
  return rows;
}
