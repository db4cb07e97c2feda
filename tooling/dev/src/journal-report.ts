import type { Client } from "pg";
import { formatRand } from "./format-rand.ts";

export interface JournalLine {
  readonly account: string;
  readonly direction: "debit" | "credit";
  readonly amountMinor: bigint;
}

export interface JournalEntry {
  readonly sequence: bigint;
  readonly event: string;
  readonly lines: readonly JournalLine[];
}

const query = `
  select e.sequence::text as sequence, e.event, p.direction, p.amount_minor::text as amount_minor,
         case when a.user_id is null then 'house:' else 'user:' end || a.name as account
  from journal_entries e
  join postings p on p.journal_entry_id = e.id
  join ledger_accounts a on a.id = p.ledger_account_id
  join transactions t on t.id = e.transaction_id
  where e.sequence > $1 and t.user_id = $2
  order by e.sequence, p.direction desc, p.id`;

interface Row {
  sequence: string;
  event: string;
  direction: "debit" | "credit";
  amount_minor: string;
  account: string;
}

/** One user's journal entries after a sequence number, oldest first, debits before credits. */
export async function readJournal(
  client: Client,
  userId: string,
  after: bigint,
): Promise<JournalEntry[]> {
  const { rows } = await client.query<Row>(query, [after.toString(), userId]);
  const entries = new Map<string, { event: string; lines: JournalLine[] }>();
  for (const { sequence, event, account, direction, amount_minor } of rows) {
    const entry = entries.get(sequence) ?? { event, lines: [] };
    entry.lines.push({ account, direction, amountMinor: BigInt(amount_minor) });
    entries.set(sequence, entry);
  }
  return [...entries].map(([sequence, entry]) => ({ sequence: BigInt(sequence), ...entry }));
}

const amountWidth = 14;

/** One journal entry as people read it: a line per account, debits and credits in columns. */
export function formatJournalEntry({ sequence, event, lines }: JournalEntry): string {
  const accountWidth = Math.max(24, ...lines.map((line) => line.account.length));
  const row = (account: string, debit: string, credit: string): string =>
    `${account.padEnd(accountWidth)}${debit.padStart(amountWidth)}${credit.padStart(amountWidth)}`;
  return [
    row(`#${sequence} ${event}`, "debit", "credit"),
    ...lines.map(({ account, direction, amountMinor }) => {
      const amount = formatRand(amountMinor);
      return direction === "debit"
        ? row(`  ${account}`, amount, "")
        : row(`  ${account}`, "", amount);
    }),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}
