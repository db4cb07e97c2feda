import { expect } from "vitest";
import { houseAccount } from "../../src/ledger/chart-of-accounts.ts";
import { getAccountBalance } from "../../src/ledger/get-balance.ts";
import { verifyLedger } from "../../src/ledger/verify-ledger.ts";
import type { MoneyWorld } from "./money-world.ts";

/**
 * Everything that must hold at any quiet moment, whatever happened before: the ledger verifies, Revio's own books agree with
 * our float, no withdrawal was paid twice, nothing was credited twice, every step has its audit event.
 *
 * `parkedMinor`: money that Revio has and we rightly have not booked, since a person must look at it first (negative: that
 * has left Revio). `executedElsewhere`: references of payouts that somebody executed at Revio's dashboard beside us.
 */
export async function expectSound(
  world: MoneyWorld,
  options: { parkedMinor?: bigint; executedElsewhere?: ReadonlySet<string> } = {},
): Promise<void> {
  const report = await verifyLedger(world.ctx);
  expect(report.differences).toEqual([]);

  const books = await world.sandbox.books();
  const [zar] = books.balances;
  const float = await getAccountBalance(world.database.pool, houseAccount("revio_float", "ZAR"));
  expect({ float: float + (options.parkedMinor ?? 0n) }).toEqual({
    float: BigInt(zar?.ecommerceMinor ?? 0) - BigInt(books.openingMinor),
  });

  const executions = new Map<string, number>();
  for (const { reference, executions: count } of books.payouts) {
    if (options.executedElsewhere?.has(reference)) continue;
    executions.set(reference, (executions.get(reference) ?? 0) + count);
  }
  expect([...executions].filter(([, count]) => count > 1)).toEqual([]);

  const { rows } = await world.database.pool.query(
    `SELECT e.transaction_id, e.to_status FROM transaction_events e WHERE NOT EXISTS (
       SELECT 1 FROM audit_events a WHERE a.subject_id = e.transaction_id::text AND a.created_xid = e.created_xid
         AND a.action = e.cause AND a.details ->> 'to' = e.to_status)`,
  );
  expect(rows).toEqual([]);
  expect(world.callsInTransaction).toEqual([]);
}
