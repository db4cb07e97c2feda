import type { Client } from "pg";
import type { SourceEdit } from "./edit-source.ts";
import type { PlantedBug } from "./planted-bug.ts";

const submit = "packages/core/src/revio/submit-payout.ts";

/** In what is asked of Revio, heard from it, done by jobs, and decided by people. */
export const flowBugs: Record<string, PlantedBug> = {
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
  B14: {
    what: "a second worker may take what the first has sent: no status guard, no fence, no unique execution",
    caughtBy: ["I5", "I20"],
    plant: { unfenced: true, prepare: withoutExecutionGuards },
    edits: executeTwice(),
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
