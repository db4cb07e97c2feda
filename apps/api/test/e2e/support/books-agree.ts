import { verifyLedger } from "@revio-wallet/core/ledger/verify-ledger";
import { expect } from "vitest";
import { countOf, database } from "./database.ts";
import { type Books, control, readBooks } from "./sandbox.ts";
import { until } from "./until.ts";

/**
 * What must hold after whatever a test file did: nothing is left to do, the ledger derives anew without a difference, no
 * payout was paid twice, and the wallet's float is what the provider's own books say, but for money that came in under
 * references which the wallet never gave out.
 */
export async function expectBooksToAgree(): Promise<void> {
  await until("Revio has told everything", async () => {
    await control("deliveries/release", {});
    await control("deliveries/retry-now", {});
    const waiting = ["pending", "sending", "held"].map((state) =>
      control<unknown[]>(`deliveries?state=${state}`),
    );
    return (await Promise.all(waiting)).flat().length === 0;
  });
  await until("all events settled", async () => {
    const open = await countOf("provider_events WHERE state = 'received'");
    const payouts = await countOf(
      "transactions WHERE kind = 'withdrawal' AND status = 'processing'",
    );
    return open === 0 && payouts === 0;
  });
  const report = await verifyLedger({ pool: database });
  expect(report.differences).toEqual([]);
  const books = await readBooks();
  for (const { reference, payments, executions } of books.payouts) {
    expect({ reference, payments: payments <= 1, executions: executions <= 1 }).toEqual({
      reference,
      payments: true,
      executions: true,
    });
  }
  expect(await floatMinor()).toBe(await walletMoneyAt(books));
}

async function floatMinor(): Promise<bigint> {
  const { rows } = await database.query<{ balance: string }>(
    "SELECT account_balance('house:revio_float:ZAR', NULL) AS balance",
  );
  return BigInt(rows[0]?.balance ?? "0");
}

async function walletMoneyAt(books: Books): Promise<bigint> {
  const { rows } = await database.query<{ reference: string }>(
    "SELECT reference FROM transactions",
  );
  const ours = new Set(rows.map(({ reference }) => reference));
  const incoming = new Set(["payment", "chargeback_reversal", "payout_return"]);
  return books.movements
    .filter(({ reference }) => ours.has(reference))
    .map(({ kind, amountMinor, feeMinor }) => {
      const amount = BigInt(amountMinor);
      return (incoming.has(kind) ? amount : -amount) - BigInt(feeMinor);
    })
    .reduce((sum, change) => sum + change, 0n);
}
