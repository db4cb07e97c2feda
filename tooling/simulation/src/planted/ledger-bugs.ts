import type { Client } from "pg";
import { editFunction } from "./edit-function.ts";
import type { PlantedBug } from "./planted-bug.ts";

const takeLock = "PERFORM pg_advisory_xact_lock(account_lock_key(v_account_id));";
const readBalances = `FROM balances b WHERE b.ledger_account_id = ANY (v_account_ids);
  END IF;`;

async function withoutLocks(superuser: Client): Promise<void> {
  await editFunction(superuser, "lock_accounts", takeLock, "NULL;");
  await editFunction(superuser, "post_journal_entries", takeLock, "NULL;");
}

/** In the ledger, its locks, and what is said of a COMMIT. */
export const ledgerBugs: Record<string, PlantedBug> = {
  B01: {
    what: "the advisory lock is gone",
    caughtBy: ["I4", "I3", "I14"],
    plant: {
      prepare: async (superuser) => {
        await withoutLocks(superuser);
        await superuser.query("ALTER TABLE balances DROP CONSTRAINT balances_amount_minor_check");
      },
    },
  },
  B02: {
    what: "the isolation is REPEATABLE READ: what is read under a lock is older than the lock",
    caughtBy: ["I4"],
    plant: {
      rewrite: (sql) =>
        sql.replace(
          "BEGIN ISOLATION LEVEL READ COMMITTED",
          "BEGIN ISOLATION LEVEL REPEATABLE READ",
        ),
    },
  },
  B03: {
    what: "lock and check are one statement, on a snapshot from before the wait",
    caughtBy: ["I4", "I3", "I14"],
    plant: {
      prepare: async (superuser) => {
        await withoutLocks(superuser);
        await editFunction(
          superuser,
          "post_journal_entries",
          readBalances,
          `FROM (SELECT x.*, pg_advisory_xact_lock(account_lock_key(x.ledger_account_id)) FROM balances x
             WHERE x.ledger_account_id = ANY (v_account_ids) ORDER BY x.ledger_account_id OFFSET 0) b;
  END IF;`,
        );
      },
    },
  },
  B05: {
    what: "account locks are taken in the order of whoever asks",
    caughtBy: ["I17"],
    plant: {
      prepare: (superuser) =>
        editFunction(
          superuser,
          "lock_accounts",
          "ORDER BY a.id",
          "ORDER BY array_position(p_codes, a.code)",
        ),
    },
    edits: [
      {
        file: "packages/core/src/withdrawal/lock-withdrawal.ts",
        find: `    userAccount(found.userId, "available", found.currency as Currency),
    userAccount(found.userId, "pending", found.currency as Currency),`,
        replace: `    userAccount(found.userId, "pending", found.currency as Currency),
    userAccount(found.userId, "available", found.currency as Currency),`,
      },
    ],
  },
  B06: {
    what: "an idempotency key may stand twice",
    caughtBy: ["I9", "I5"],
    plant: {
      prepare: async (superuser) => {
        await superuser.query("ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey");
      },
    },
  },
  B13: {
    what: "jobs are queued beside the database transaction, with no sweeper to make up for it",
    caughtBy: ["I13"],
    plant: {
      withoutSweeper: true,
      enqueueBeside: true,
    },
  },
  B15: {
    what: "a COMMIT that the standby did not confirm counts as done, and the warning as noise",
    caughtBy: ["I7"],
    edits: [
      {
        file: "packages/db/src/with-transaction.ts",
        find: "if (warnings.length > 0) {",
        replace: "if (warnings.length > 1_000) {",
      },
    ],
  },
  B16: {
    what: "a connection goes back to the pool inside its database transaction",
    caughtBy: ["I1", "I7", "I12", "I8", "I9", "I10", "I13", "I14", "I20"],
    edits: [
      {
        file: "packages/db/src/with-transaction.ts",
        find: "reusable = await rollBack(client);",
        replace: "reusable = true;",
      },
    ],
  },
  B17: {
    what: "an entry can be added to after it was sealed",
    caughtBy: ["I1", "I11"],
    plant: { prepare: addToOldEntries },
  },
  B19: {
    what: "a stored balance is updated without its lock",
    caughtBy: ["I3"],
    plant: { prepare: withoutLocks },
  },
  B20: {
    what: "amounts pass through a float on their way into the ledger",
    caughtBy: ["I6", "I1", "I13", "I20", "I14"],
    edits: [
      {
        file: "packages/core/src/ledger/post-journal-entries.ts",
        find: "amountMinor: amountMinor.toString(),",
        replace: "amountMinor: String(Math.trunc((Number(amountMinor) / 100) * 100)),",
      },
    ],
  },
};

/** The guards are off, and something writes to the entry before the newest. */
async function addToOldEntries(superuser: Client): Promise<void> {
  await superuser.query(
    `DROP TRIGGER postings_check ON postings;
     DROP TRIGGER journal_entries_balanced ON journal_entries;
     CREATE FUNCTION add_to_old_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
     BEGIN
       INSERT INTO postings (journal_entry_id, ledger_account_id, currency, direction, amount_minor, posted_at)
       SELECT e.id, a.id, 'ZAR', d.direction, 100, NEW.posted_at
       FROM (SELECT id FROM journal_entries WHERE id <> NEW.id ORDER BY sequence DESC LIMIT 1) e
       CROSS JOIN (VALUES ('debit', 'house:suspense:ZAR'), ('credit', 'house:fee_income:ZAR')) d (direction, code)
       JOIN ledger_accounts a ON a.code = d.code;
       RETURN NULL;
     END $$;
     CREATE TRIGGER add_to_old_entry AFTER INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION add_to_old_entry()`,
  );
}
