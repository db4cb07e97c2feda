import { verifyLedger, type LedgerReport } from "@revio-wallet/core/ledger/verify-ledger";
import { createPool } from "@revio-wallet/db/pool";
import { Client } from "pg";
import { expectSame, StoryDifference } from "./expect-same.ts";
import { formatJournalEntry, readJournal, type JournalLine } from "./journal-report.ts";

/** A journal entry as the story expects it. */
export interface ExpectedEntry {
  readonly event: string;
  readonly lines: readonly JournalLine[];
}

export interface StoryLedger extends AsyncDisposable {
  /** Prints the journal entries since the last call, and compares them with what they must be. */
  showNew(expected: readonly ExpectedEntry[]): Promise<void>;
  /** Derives every balance anew; throws StoryDifference if anything differs. */
  verify(): Promise<LedgerReport>;
}

/** The ledger behind one user's story, read from the database itself and not through the API. */
export async function openStoryLedger(
  urls: { readonly app: string; readonly reader: string },
  userId: string,
  say: (line: string) => void,
): Promise<StoryLedger> {
  const client = new Client({ connectionString: urls.reader });
  await client.connect();
  let last = 0n;
  return {
    async showNew(expected) {
      const entries = await readJournal(client, userId, last);
      last = entries.at(-1)?.sequence ?? last;
      for (const entry of entries) say(`\n${indent(formatJournalEntry(entry))}`);
      say("");
      const found = entries.map(({ event, lines }) => ({ event, lines: sorted(lines) }));
      const wanted = expected.map(({ event, lines }) => ({ event, lines: sorted(lines) }));
      expectSame("The journal entries", found, wanted);
    },
    async verify() {
      const pool = createPool({ connectionString: urls.app, max: 1 });
      try {
        const report = await verifyLedger({ pool });
        if (report.verified) return report;
        const named = report.differences.map(
          ({ check, subject, expected, actual }) =>
            `  ${check}: ${subject}: expected ${expected}, found ${actual}`,
        );
        throw new StoryDifference(`The ledger does not verify:\n${named.join("\n")}`);
      } finally {
        await pool.end();
      }
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

export function debit(account: string, amountMinor: bigint): JournalLine {
  return { account, direction: "debit", amountMinor };
}

export function credit(account: string, amountMinor: bigint): JournalLine {
  return { account, direction: "credit", amountMinor };
}

function sorted(lines: readonly JournalLine[]): JournalLine[] {
  const key = ({ direction, account }: JournalLine): string => `${direction} ${account}`;
  return lines.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function indent(text: string): string {
  return text.replace(/^/gm, "      ");
}
