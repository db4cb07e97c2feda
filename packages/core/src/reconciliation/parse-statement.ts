import { CsvRows, StatementUnreadable } from "./csv-rows.ts";
import { parseDecimal } from "./parse-decimal.ts";

/** One line of a company statement. Amounts in minor units. No personal data: it stays in the encrypted file. */
export interface StatementLine {
  /** 1 is the first after the header; lines that moved no money count too. */
  lineNo: bigint;
  /** Revio's word: purchase, refund, chargeback, chargeback_reversal, payout, payout_return, …, or `total`. */
  product: string;
  objectId: string;
  /** The purchase or payout that a movement belongs to; empty for these themselves. */
  relatedTo: string;
  reference: string;
  status: string;
  currency: string;
  isOutgoing: boolean;
  amountMinor: bigint;
  feeMinor: bigint;
  /** When the money moved, by Revio's clock; to the second, or to the minute. */
  occurredAt: Date;
}

/**
 * What we read, by the name in the header. Revio documents no columns: should its file have other names, they are
 * put in here, and a file without one of them is refused as a whole.
 */
const columnNames = {
  objectId: "id",
  product: "product",
  relatedTo: "related_to",
  reference: "reference",
  status: "status",
  currency: "currency",
  amount: "amount",
  fee: "fee",
  isOutgoing: "is_outgoing",
  paidOn: "paid_on",
} as const;
type Column = keyof typeof columnNames;

export interface StatementParser {
  /** The lines that this piece of text ends and in which money moved. */
  push(text: string): StatementLine[];
  end(): StatementLine[];
}

/**
 * Reads a statement as its text comes. Times in the file are UTC, as we ask for.
 *
 * @throws StatementUnreadable naming the line and the column, never a value: a file is read as a whole or not at all
 */
export function statementParser(): StatementParser {
  const csv = new CsvRows();
  let header: { at: Record<Column, number>; width: number } | undefined;
  let lineNo = 0n;
  const read = (rows: string[][]): StatementLine[] => {
    const lines: StatementLine[] = [];
    for (const row of rows) {
      if (header === undefined) {
        header = { at: readHeader(row), width: row.length };
        continue;
      }
      lineNo += 1n;
      const line = readLine(header, row, lineNo);
      if (line !== undefined) lines.push(line);
    }
    return lines;
  };
  return {
    push: (text) => read(csv.push(text)),
    end: () => {
      const lines = read(csv.end());
      if (header === undefined) throw new StatementUnreadable("the file is empty");
      return lines;
    },
  };
}

function readHeader(row: string[]): Record<Column, number> {
  const names = row.map((name) =>
    name
      .replace(/^\uFEFF/, "")
      .trim()
      .toLowerCase(),
  );
  const at = Object.entries(columnNames).map(([column, name]) => {
    const index = names.indexOf(name);
    if (index === -1) throw new StatementUnreadable(`there is no column ${name}`);
    if (names.includes(name, index + 1)) {
      throw new StatementUnreadable(`there are two columns ${name}`);
    }
    return [column, index] as const;
  });
  return Object.fromEntries(at) as Record<Column, number>;
}

function readLine(
  header: { at: Record<Column, number>; width: number },
  row: string[],
  lineNo: bigint,
): StatementLine | undefined {
  if (row.length !== header.width) {
    throw new StatementUnreadable(
      `data line ${lineNo} has ${row.length} fields, the header ${header.width}`,
    );
  }
  const cell = (column: Column) => row[header.at[column]] ?? "";
  const within = <Value>(column: Column, parse: (text: string) => Value): Value => {
    try {
      return parse(cell(column));
    } catch (error) {
      const what = error instanceof StatementUnreadable ? error.message : "unreadable";
      throw new StatementUnreadable(`data line ${lineNo}, ${columnNames[column]}: ${what}`);
    }
  };
  const product = within("product", required);
  const line = {
    lineNo,
    product,
    objectId: within("objectId", required),
    relatedTo: cell("relatedTo"),
    reference: cell("reference"),
    status: within("status", required),
    currency: within("currency", required),
    isOutgoing: within("isOutgoing", parseBoolean),
    amountMinor: within("amount", parseDecimal2),
    feeMinor: within("fee", parseDecimal2),
  };
  // Made, but never paid: nothing to reconcile.
  if (cell("paidOn") === "") return undefined;
  return { ...line, occurredAt: within("paidOn", parseTime) };
}

/** Cents also in currencies that we do not know: a line in one of them is a difference anyway. */
function parseDecimal2(text: string): bigint {
  return parseDecimal(text, 2);
}

function required(text: string): string {
  if (text === "") throw new StatementUnreadable("is empty");
  return text;
}

function parseBoolean(text: string): boolean {
  const word = text.toLowerCase();
  if (word !== "true" && word !== "false") throw new StatementUnreadable("is no boolean");
  return word === "true";
}

const time = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?Z?$/;

function parseTime(text: string): Date {
  const [, day = "", minutes = "", seconds = ":00"] = time.exec(text) ?? [];
  const iso = `${day}T${minutes}${seconds}.000Z`;
  const parsed = new Date(iso);
  // A 30th of February must not become a 2nd of March.
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString() !== iso) {
    throw new StatementUnreadable("is no time of the form YYYY-MM-DD HH:MM[:SS]");
  }
  return parsed;
}
