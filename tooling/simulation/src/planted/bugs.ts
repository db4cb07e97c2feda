import type { Client } from "pg";
import type { Plant } from "../plant.ts";
import { editFunction } from "./edit-function.ts";
import type { SourceEdit } from "./edit-source.ts";

/** A defect that the simulation must find, and the invariants in whose words it may say so: the first is the one hunted for. */
export interface PlantedBug {
  what: string;
  caughtBy: readonly [string, ...string[]];
  plant?: Plant;
  edits?: readonly SourceEdit[];
}

const takeLock = "PERFORM pg_advisory_xact_lock(account_lock_key(v_account_id));";
const readBalances = `FROM balances b WHERE b.ledger_account_id = ANY (v_account_ids);
  END IF;`;

async function withoutLocks(superuser: Client): Promise<void> {
  await editFunction(superuser, "lock_accounts", takeLock, "NULL;");
  await editFunction(superuser, "post_journal_entries", takeLock, "NULL;");
}

const submit = "packages/core/src/revio/submit-payout.ts";

export const plantedBugs: Record<string, PlantedBug> = {
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
  B07: {
    what: "each attempt has a reference of its own at Revio",
    caughtBy: ["I5", "I13"],
    edits: [
      {
        file: "packages/core/src/revio/create-payout.ts",
        find: "reference: withdrawal.reference,",
        replace: "reference: `${withdrawal.reference}-${payee.email.length}`,",
      },
      {
        file: "packages/core/src/revio/adopt-payout.ts",
        find: "payout.reference === withdrawal.reference &&",
        replace: "payout.reference.startsWith(withdrawal.reference) &&",
      },
    ],
  },
  B08: {
    what: "an execution without an answer counts as failed, and the reserve goes back",
    caughtBy: ["I5", "I8"],
    edits: [
      {
        file: "packages/core/src/revio/execute-payout.ts",
        find: `    await doubtExecution(ctx, execution);
    return;
  }
  if (payout.status`,
        replace: `    await giveUpAttempt(ctx, execution, { fail: true });
    return;
  }
  if (payout.status`,
      },
    ],
  },
  B09: {
    what: "that the order to pay was sent is recorded after it was sent",
    caughtBy: ["I5"],
    edits: [
      {
        file: submit,
        find: `  const ready = await withTransaction(ctx.pool, (tx) => takeExecution(ctx, tx, transactionId));
  if (ready !== undefined) await executePayout(ctx, ready, ready.url);`,
        replace: `  let order: Awaited<ReturnType<typeof takeExecution>>;
  await withTransaction(ctx.pool, async (tx) => {
    order = await takeExecution(ctx, tx, transactionId);
    throw new RangeError("not yet");
  }).catch((error: unknown) => { if (!(error instanceof RangeError)) throw error; });
  if (order === undefined) return;
  await ctx.revio.payouts.execute(order.url, {});
  await withTransaction(ctx.pool, (tx) => takeExecution(ctx, tx, transactionId));`,
      },
    ],
  },
  B10: {
    what: "a purchase is credited from the body of a webhook, and Revio is not asked",
    caughtBy: ["I6"],
    edits: [
      {
        file: "packages/core/src/revio/apply-provider-event.ts",
        find: `      return preparePurchase(ctx, event.objectId);
    case "payout":`,
        replace: `      return prepareFromBody(ctx, stored);
    case "payout":`,
      },
      {
        file: "packages/core/src/revio/apply-provider-event.ts",
        find: "/** Not acted upon: a person has to look. */",
        replace: `async function prepareFromBody(ctx: RevioContext, stored: ProviderEventRow): Promise<Act> {
  const { decodePurchase } = await import("@revio-wallet/revio-client/purchase");
  const body = await openProviderValue(ctx, ctx.pool, stored.dataKeyId, eventBodyPlace(stored.id), stored.bodyCiphertext);
  const json = JSON.parse(new TextDecoder().decode(body));
  const client = { expectTest: true, brandId: json.brand_id, checkoutOrigins: new Set(), baseUrl: new URL("http://127.0.0.1"), transport: undefined, log: undefined };
  const purchase = decodePurchase(client as never, json);
  return (tx) => onPurchase(ctx, tx, purchase);
}
`,
      },
    ],
  },
  B12: {
    what: "a webhook is acknowledged before it is stored",
    caughtBy: ["I7", "I6", "I13"],
    plant: { answerFirst: true },
  },
  B13: {
    what: "jobs are queued beside the database transaction, with no sweeper to make up for it",
    caughtBy: ["I13"],
    plant: {
      withoutSweeper: true,
      enqueueBeside: true,
    },
  },
  B14: {
    what: "a second worker may take what the first has sent: no status guard, no fence, no unique execution",
    caughtBy: ["I5", "I20"],
    plant: { unfenced: true, prepare: withoutExecutionGuards },
    edits: executeTwice(),
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
    caughtBy: ["I1", "I6", "I13", "I20", "I14"],
    edits: [
      {
        file: "packages/core/src/ledger/post-journal-entries.ts",
        find: "amountMinor: amountMinor.toString(),",
        replace: "amountMinor: String(Math.trunc((Number(amountMinor) / 100) * 100)),",
      },
    ],
  },
  B22: {
    what: "the window of a statement ends two hours early, as if its times were local ones",
    caughtBy: ["I15"],
    edits: [
      {
        file: "packages/core/src/revio/fetch-statement.ts",
        find: "paidTo: new Date(run.windowTo.getTime() + marginMs),",
        replace: "paidTo: new Date(run.windowTo.getTime() - marginMs),",
      },
    ],
  },
  B23: {
    what: "whoever has a second role may approve what they asked for in the first",
    caughtBy: ["I16"],
    plant: {
      prepare: async (superuser) => {
        await superuser.query("ALTER TABLE approvals DROP CONSTRAINT approvals_check");
      },
    },
  },
  B24: {
    what: "one procedure does not ask whose the withdrawal is",
    caughtBy: ["I16"],
    edits: [
      {
        file: "packages/core/src/withdrawal/cancel-withdrawal.ts",
        find: "if (withdrawal?.userId !== input.userId) throw",
        replace: "if (withdrawal === undefined) throw",
      },
    ],
  },
  B25: {
    what: "an event that cannot be applied is logged as it came, card number and all",
    caughtBy: ["I18"],
    edits: [
      {
        file: "packages/core/src/revio/apply-provider-event.ts",
        find: "  const act = await prepare(ctx, stored);",
        replace: `  const act = await prepare(ctx, stored).catch(async (error: unknown) => {
    const body = await openProviderValue(ctx, ctx.pool, stored.dataKeyId, eventBodyPlace(stored.id), stored.bodyCiphertext);
    ctx.log.error({ error, body: new TextDecoder().decode(body) }, "a provider event cannot be applied");
    throw error;
  });`,
      },
    ],
  },
  B27: {
    what: "a job that fails every time is tried for ever, without a pause",
    caughtBy: ["I17", "I13"],
    plant: { retryAtOnce: true },
  },
  B28: {
    what: "no sweeper: the queue is the only truth, and it loses jobs",
    caughtBy: ["I13"],
    plant: { withoutSweeper: true },
  },
  B29: {
    what: "a deposit expires by the clock of the host",
    caughtBy: ["I19"],
    edits: [
      {
        file: "packages/core/src/revio/check-deposit.ts",
        find: "const isOver = ctx.clock.now().getTime() >= deadline;",
        replace: "const isOver = Date.now() >= deadline;",
      },
    ],
  },
  B30: {
    what: "a violated assertion is passed over (planted with B14: in sound code none is violated)",
    caughtBy: ["I20", "I5", "I10", "I13"],
    plant: { unfenced: true, prepare: withoutExecutionGuards },
    edits: [
      ...executeTwice(),
      {
        file: "packages/core/src/errors.ts",
        find: "if (!condition) throw new InvariantViolation(message);",
        replace: "if (!condition) void message;",
      },
    ],
  },
};

function executeTwice(): SourceEdit[] {
  return [
    {
      file: submit,
      find: `  if (withdrawal?.status !== "queued") return { kind: "nothing" };`,
      replace: `  if (withdrawal === undefined) return { kind: "nothing" };`,
    },
    {
      file: submit,
      find: "invariant(!attempts.some(isExecution),",
      replace: "invariant(attempts.some(isExecution) || true,",
    },
    {
      file: submit,
      find: `if (attempts.some(({ state }) => state === "created")) return`,
      replace: `if (attempts.some(({ state }) => state === "created" || state === "execute_sent")) return`,
    },
    {
      file: "packages/db/src/sql/revio-payouts.ts",
      find: "WHERE id = $1 AND state = 'created'",
      replace: "WHERE id = $1 AND state IN ('created', 'execute_sent')",
    },
    {
      file: submit,
      find: `  if (withdrawal?.status !== "queued") return undefined;
  const attempts`,
      replace: `  if (withdrawal === undefined) return undefined;
  const attempts`,
    },
    {
      file: submit,
      find: `findLast(({ state }) => state === "created")`,
      replace: `findLast(({ state }) => state === "created" || state === "execute_sent")`,
    },
  ];
}

async function withoutExecutionGuards(superuser: Client): Promise<void> {
  await superuser.query(
    `DROP INDEX revio_payouts_one_execution_idx;
     DROP TRIGGER revio_payouts_single_execution ON revio_payouts;
     DROP TRIGGER revio_payouts_no_way_back ON revio_payouts;
     DROP TRIGGER transactions_status ON transactions;`,
  );
}

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
