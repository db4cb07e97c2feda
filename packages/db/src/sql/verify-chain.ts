import type { CheckDefinition } from "./check-definition.ts";

interface Stream {
  name: "journal" | "audit";
  table: "journal_entries" | "audit_events";
  hash: "journal_entry_hash" | "audit_event_hash";
  /** Break subject of an item `i`. */
  item: string;
}

/**
 * A chain against what it chains, in both directions: each link has its item as it was, in order and behind the link
 * before it; each item up to the head has its link; the head has not gone back; no item claims to be of a database
 * transaction that has not begun.
 */
function chainCheck({ name, table, hash, item }: Stream): CheckDefinition {
  return {
    from: "chain_links l",
    where: `l.stream = '${name}'`,
    keys: [{ column: "l.position", type: "bigint" }],
    sql: ({ rows, after, upTo }) => `
    SELECT d.subject, d.expected, d.actual, d.about AS "breakSubject", NULL AS "userId", NULL AS "transactionId" FROM (
      SELECT '${name} link ' || l.position AS subject, x.expected, x.actual,
             CASE WHEN i.sequence IS NULL THEN 'chain_link:${name}/' || l.position ELSE ${item} END AS about
      FROM chain_links l
      LEFT JOIN chain_links b ON b.stream = l.stream AND b.position = l.position - 1
      LEFT JOIN ${table} i ON i.sequence = l.item_sequence
      CROSS JOIN LATERAL (SELECT ${hash}(l.item_sequence) AS hash OFFSET 0) h
      CROSS JOIN LATERAL (VALUES
        (i.sequence IS NULL, 'an item', 'none'),
        (i.created_xid <> l.item_xid, 'written by ' || l.item_xid, 'written by ' || i.created_xid),
        (h.hash <> l.item_hash, encode(l.item_hash, 'hex'), encode(h.hash, 'hex')),
        (l.position > 1 AND b.position IS NULL, 'a link before it', 'none'),
        (l.position = 1 OR b.position IS NOT NULL, encode(sha256(coalesce(b.chain_hash, decode(repeat('00', 32), 'hex')) || l.item_hash), 'hex'),
          encode(l.chain_hash, 'hex')),
        ((b.item_xid, b.item_sequence) >= (l.item_xid, l.item_sequence), 'behind link ' || b.position, 'before it')
      ) x (found, expected, actual)
      WHERE l.stream = '${name}' AND x.found AND x.expected IS DISTINCT FROM x.actual AND ${rows}
      UNION ALL
      SELECT '${name} item ' || i.sequence, 'a link', 'none', ${item}
      FROM (
        SELECT coalesce(low.item_xid, '0') AS low_xid, coalesce(low.item_sequence, 0) AS low_sequence, high.item_xid AS high_xid,
               high.item_sequence AS high_sequence
        FROM (
          SELECT h.item_xid, h.item_sequence FROM chain_links h
          WHERE h.stream = '${name}' AND ((${upTo})::bigint IS NULL OR h.position = (${upTo})::bigint) ORDER BY h.position DESC LIMIT 1
        ) high
        LEFT JOIN chain_links low ON low.stream = '${name}' AND low.position = (${after})::bigint
      ) s
      JOIN ${table} i ON (i.created_xid, i.sequence) > (s.low_xid, s.low_sequence)
        AND (i.created_xid, i.sequence) <= (s.high_xid, s.high_sequence)
      WHERE NOT EXISTS (SELECT 1 FROM chain_links k WHERE k.stream = '${name}' AND k.item_sequence = i.sequence)
      UNION ALL
      SELECT '${name} item ' || i.sequence, 'a database transaction that has begun', 'written by ' || i.created_xid, ${item}
      FROM ${table} i WHERE i.created_xid >= pg_snapshot_xmax(pg_current_snapshot())
      UNION ALL
      SELECT '${name} head', 'link ' || c.high_position || ' ' || encode(c.high_hash, 'hex'),
             coalesce('link ' || k.position || ' ' || encode(k.chain_hash, 'hex'), 'no such link'), 'chain_head:${name}'
      FROM integrity_checks c LEFT JOIN chain_links k ON k.stream = '${name}' AND k.position = c.high_position
      WHERE c.name = '${name}_chain' AND c.high_hash IS NOT NULL AND k.chain_hash IS DISTINCT FROM c.high_hash
    ) d`,
  };
}

/** Named as in `integrity_checks`, where the highest head that was seen is kept. */
export const chainCheckDefinitions = {
  journal_chain: chainCheck({
    name: "journal",
    table: "journal_entries",
    hash: "journal_entry_hash",
    item: "'journal_entry:' || i.id",
  }),
  audit_chain: chainCheck({
    name: "audit",
    table: "audit_events",
    hash: "audit_event_hash",
    item: "'audit_event:' || i.sequence",
  }),
} as const;
