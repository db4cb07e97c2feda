import { mostBulkRows } from "@revio-wallet/core/bulk-action/bulk-action";
import { z } from "zod";
import { id } from "../../wire/input.ts";
import { transactionsFilterInput } from "../../wire/transaction-outputs.ts";

/** As many rows as one call takes. */
export const transactionIds = z.array(id).min(1).max(mostBulkRows);

/** Rows that were chosen one by one, or the newest that match. */
export const bulkSelection = z.union([
  z.strictObject({ transactionIds }),
  z.strictObject({ filter: z.strictObject(transactionsFilterInput) }),
]);
