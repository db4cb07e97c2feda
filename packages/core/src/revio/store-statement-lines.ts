import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { insertStatementLines } from "@revio-wallet/db/sql/statement-files";
import { StatementUnreadable } from "../reconciliation/csv-rows.ts";
import { type StatementLine, statementParser } from "../reconciliation/parse-statement.ts";
import { settleComparison } from "../reconciliation/settle-comparison.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";
import { readStatementText } from "./statement-chunks.ts";

const batch = 1_000;

/**
 * Reads the kept file and stores its lines, a thousand at a time. After a crash it reads from the start and passes over
 * what is stored. Memory: one piece of the file and one batch, however long the file is.
 */
export async function storeStatementLines(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  try {
    return await storeAll(ctx, run);
  } catch (error) {
    if (!(error instanceof StatementUnreadable)) throw error;
    return refuseFile(ctx, run, error);
  }
}

async function storeAll(ctx: RevioContext, run: ReconciliationRunRow): Promise<StepOutcome> {
  let at = run;
  let pending: StatementLine[] = [];
  const store = async (lines: StatementLine[]): Promise<StepOutcome> => {
    const last = lines.at(-1)?.lineNo ?? 0n;
    const step = { cursor: last.toString(), lines: lines.length };
    const outcome = await commitStep(ctx, at, step, (tx) =>
      insertStatementLines(tx, run.id, lines),
    );
    at = { ...at, cursor: step.cursor };
    return outcome;
  };
  // Read once to the end before the first line is stored: a file counts as a whole or not at all.
  if (run.cursor === "") for await (const _ of parsed(ctx, run));
  const stored = BigInt(run.cursor === "" ? 0 : run.cursor);
  for await (const lines of parsed(ctx, run)) {
    pending.push(...lines.filter(({ lineNo }) => lineNo > stored));
    while (pending.length >= batch) {
      const outcome = await store(pending.slice(0, batch));
      if (outcome.kind !== "moved") return outcome;
      pending = pending.slice(batch);
    }
  }
  if (pending.length > 0) {
    const outcome = await store(pending);
    if (outcome.kind !== "moved") return outcome;
  }
  return commitStep(ctx, at, { phase: "lines", cursor: "" }, async (tx) => {
    // A file that could not be read before can be now.
    const subject = `statement:${run.id}`;
    await settleComparison(ctx, tx, {
      subject,
      source: "statement",
      runId: run.id,
      difference: undefined,
    });
  });
}

async function* parsed(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): AsyncGenerator<StatementLine[], void, undefined> {
  const parser = statementParser();
  for await (const text of readStatementText(ctx, { runId: run.id, download: run.download })) {
    yield parser.push(text);
  }
  yield parser.end();
}

/** Loudly, and for people: half a file would look like missing money. */
async function refuseFile(
  ctx: RevioContext,
  run: ReconciliationRunRow,
  error: StatementUnreadable,
): Promise<StepOutcome> {
  ctx.log.error({ runId: run.id, error }, "the statement cannot be read");
  const step = { state: "failed", failure: error.message, breaks: 1 } as const;
  return commitStep(ctx, run, step, async (tx) => {
    await settleComparison(ctx, tx, {
      subject: `statement:${run.id}`,
      source: "statement",
      runId: run.id,
      difference: {
        class: "unknown_object",
        severity: "critical",
        atStake: undefined,
        expected: "a statement that we can read",
        found: error.message,
      },
    });
  });
}
