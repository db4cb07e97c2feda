import { TZDate } from "@date-fns/tz";
import { areMoreThan } from "@revio-wallet/db/sql/transaction-list";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { format } from "date-fns";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { businessTimeZone } from "../transaction/check-limits.ts";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { decimalOf } from "../money.ts";
import { requireOperator } from "../operator/require-operator.ts";
import {
  type ListedTransaction,
  readTransactionsPage,
  toListFilter,
  type TransactionsFilter,
} from "../transaction/list-all-transactions.ts";
import { csvLine } from "./csv-line.ts";

export const exportZones = [businessTimeZone, "UTC"] as const;
export type ExportZone = (typeof exportZones)[number];

/** More is refused: a file that nobody opens is no answer. */
const mostRows = 50_000;
const rowsPerRead = 1_000;

type Cell = (one: ListedTransaction, zone: ExportZone) => string | null;

/** The columns by the names in the header. docs/exports.md says what each holds. */
const columns = {
  id: ({ id }) => id,
  reference: ({ reference }) => reference,
  kind: ({ kind }) => kind,
  status: ({ status }) => status,
  amount: ({ amountMinor, currency }) => decimalOf({ amountMinor, currency }),
  fee: ({ feeMinor, currency }) => decimalOf({ amountMinor: feeMinor, currency }),
  currency: ({ currency }) => currency,
  user_id: ({ userId }) => userId,
  bank_account_id: ({ bankAccountId }) => bankAccountId,
  related_transaction_id: ({ relatedTransactionId }) => relatedTransactionId,
  failure_code: ({ failureCode }) => failureCode,
  open_breaks: ({ openBreaks }) => String(openBreaks),
  created_at: ({ createdAt }, zone) => timeIn(createdAt, zone),
  updated_at: ({ updatedAt }, zone) => timeIn(updatedAt, zone),
  completed_at: ({ completedAt }, zone) => completedAt && timeIn(completedAt, zone),
} as const satisfies Record<string, Cell>;

export type ExportColumn = keyof typeof columns;
export const exportColumns = Object.keys(columns) as [ExportColumn, ...ExportColumn[]];

/**
 * Transactions as CSV, newest first, a header before them. That it was asked for is on record before the first line is given; the
 * lines are read as they are taken, never all at once.
 *
 * @returns lines in chunks
 * @throws DomainError FORBIDDEN, LIMIT_EXCEEDED for more than 50 000 rows
 */
export async function exportTransactions(
  ctx: Context,
  input: {
    filter: TransactionsFilter;
    columns: readonly ExportColumn[];
    zone: ExportZone;
    /** A mark at the beginning by which spreadsheets know the encoding. */
    withByteOrderMark: boolean;
  },
): Promise<AsyncGenerator<string, void, undefined>> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "transactions.export");
    if (await areMoreThan(tx, toListFilter(input.filter), mostRows)) {
      throw new DomainError("LIMIT_EXCEEDED", "More than 50 000 transactions match. Narrow it.");
    }
    await recordAuditEvent(ctx, tx, {
      action: "transactions.exported",
      subjectKind: "transactions",
      subjectId: "csv",
      details: {
        columns: input.columns.join(" "),
        zone: input.zone,
        filter: JSON.stringify(input.filter, (_, value: unknown) =>
          typeof value === "bigint" ? value.toString() : value,
        ),
      },
    });
  });
  return linesOf(ctx, input);
}

async function* linesOf(
  ctx: Context,
  { filter, columns: wanted, zone, withByteOrderMark }: Parameters<typeof exportTransactions>[1],
): AsyncGenerator<string, void, undefined> {
  yield `${withByteOrderMark ? "\u{FEFF}" : ""}${csvLine(wanted)}`;
  let cursor: string | undefined;
  do {
    const page = await readTransactionsPage(ctx, ctx.pool, filter, {
      order: "newest_first",
      cursor,
      limit: rowsPerRead,
    });
    const lines = page.items.map((one) =>
      csvLine(wanted.map((column) => columns[column](one, zone))),
    );
    if (lines.length > 0) yield lines.join("");
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** "2026-11-24T14:05:00.000+02:00" */
function timeIn(instant: Date, zone: ExportZone): string {
  return zone === "UTC"
    ? instant.toISOString()
    : format(new TZDate(instant, zone), "yyyy-MM-dd'T'HH:mm:ss.SSSxxx");
}
