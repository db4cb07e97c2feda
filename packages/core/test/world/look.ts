import { getDeposit } from "../../src/deposit/get-deposit.ts";
import { getBalance, type UserBalance } from "../../src/ledger/get-balance.ts";
import { getWithdrawal } from "../../src/withdrawal/get-withdrawal.ts";
import type { Customer, MoneyWorld } from "./money-world.ts";

/** What a test looks at after the fact. */
export function lookAt(world: () => MoneyWorld) {
  const pool = () => world().database.pool;
  return {
    depositOf: ({ userId }: Customer, { id }: { id: string }) =>
      getDeposit(world().ctx, { userId, transactionId: id }),
    withdrawalOf: ({ userId }: Customer, { id }: { id: string }) =>
      getWithdrawal(world().ctx, { userId, transactionId: id }),
    /** [available, pending, receivable] */
    balancesOf: async ({ userId }: Customer) => {
      const balance: UserBalance = await getBalance(pool(), { userId, currency: "ZAR" });
      return [balance.availableMinor, balance.pendingMinor, balance.receivableMinor];
    },
    /** Why events about this transaction wait for a person. */
    parkedAbout: async (transactionId: string) => {
      const { rows } = await pool().query<{ outcome: string }>(
        "SELECT DISTINCT outcome FROM provider_events WHERE state = 'parked' AND transaction_id = $1 ORDER BY 1",
        [transactionId],
      );
      return rows.map(({ outcome }) => outcome);
    },
    parkedEvents: async (objectId: string) => {
      const { rows } = await pool().query<{ event_type: string; outcome: string }>(
        "SELECT event_type, outcome FROM provider_events WHERE state = 'parked' AND object_id = $1 ORDER BY received_at",
        [objectId],
      );
      return rows.map(({ event_type, outcome }) => `${event_type}: ${outcome}`);
    },
    /** "class severity state outcome" of each break of a subject, oldest first; with its resolution once it has one. */
    breaksOf: async (subject: string) => {
      const { rows } = await pool().query<{ line: string }>(
        `SELECT concat_ws(' ', class, severity, state, resolution, evidence ->> 'outcome') AS line FROM breaks
         WHERE subject = $1 ORDER BY opened_at, id`,
        [subject],
      );
      return rows.map(({ line }) => line);
    },
    isFrozen: async ({ userId }: Customer) => {
      const { rows } = await pool().query<{ reason: string | null }>(
        "SELECT outgoing_frozen_reason AS reason FROM users WHERE id = $1",
        [userId],
      );
      return rows[0]?.reason ?? null;
    },
    kindsOf: async ({ userId }: Customer) => {
      const { rows } = await pool().query<{ line: string }>(
        "SELECT kind || ' ' || status || ' ' || amount_minor AS line FROM transactions WHERE user_id = $1 ORDER BY created_at, id",
        [userId],
      );
      return rows.map(({ line }) => line);
    },
  };
}
