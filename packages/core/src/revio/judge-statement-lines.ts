import {
  type BookedTransactionRow,
  readBookedTransactions,
} from "@revio-wallet/db/sql/reconciliation-facts";
import {
  type MatchableLineRow,
  readMatchableLines,
  updateLineMatches,
} from "@revio-wallet/db/sql/statement-matching";
import type { ReconciliationRunRow } from "@revio-wallet/db/sql/reconciliation-runs";
import { judgeLine, kindOfLine, subjectOfLine } from "../reconciliation/judge-line.ts";
import {
  isCertain,
  type LineMatch,
  matchStatementLine,
} from "../reconciliation/match-statement-line.ts";
import { endComparisons } from "../reconciliation/settle-comparison.ts";
import { lookIntoLine } from "./look-into-line.ts";
import type { RevioContext } from "./revio-context.ts";
import { commitStep, type StepOutcome } from "./run-step.ts";

/** Lines of one step. After a crash within it those that looked wrong are looked into again. */
const batch = 500;

/**
 * One step through the lines of a file: matches a batch, and looks into those that do not agree with the ledger. Lines in
 * the margin around the window are matched only: they belong to another window, but what we booked in this one may
 * stand there.
 */
export async function judgeStatementLines(
  ctx: RevioContext,
  run: ReconciliationRunRow,
): Promise<StepOutcome> {
  const after = BigInt(run.cursor === "" ? 0 : run.cursor);
  const lines = await readMatchableLines(ctx.pool, { runId: run.id, after, limit: batch });
  const last = lines.at(-1)?.lineNo;
  if (last === undefined) return commitStep(ctx, run, { phase: "entries", cursor: "" });
  const matches = new Map<bigint, LineMatch>(
    lines.map((line) => [line.lineNo, matchStatementLine(line.candidates)]),
  );
  const ours = await readMatched(ctx, [...matches.values()]);
  const judged = lines.filter((line) => isIn(run, line) && kindOfLine(line) !== "total");
  const differing = new Set<bigint>();
  const agreeing: string[] = [];
  for (const line of judged) {
    const match = matches.get(line.lineNo) as LineMatch;
    if (judgeLine(line, isCertain(match) ? ours.get(match.transactionId) : undefined)) {
      const looked = await lookIntoLine(ctx, run.id, line, match);
      if (looked.differs) differing.add(line.lineNo);
      // The look may have tied it to a transaction.
      matches.set(line.lineNo, looked.match);
    } else if (!line.isRepeated) agreeing.push(subjectOfLine(line));
  }
  const judgedNos = new Set(judged.map(({ lineNo }) => lineNo));
  const verdictOn = (lineNo: bigint) =>
    judgedNos.has(lineNo) ? (differing.has(lineNo) ? "break" : "matched") : "ignored";
  const step = { cursor: last.toString(), checked: judged.length, breaks: differing.size };
  return commitStep(ctx, run, step, async (tx) => {
    await endComparisons(ctx, tx, { subjects: agreeing, source: "statement" });
    await updateLineMatches(
      tx,
      run.id,
      [...matches].map(([lineNo, match]) => ({ lineNo, ...match, verdict: verdictOn(lineNo) })),
    );
  });
}

async function readMatched(
  ctx: RevioContext,
  matches: LineMatch[],
): Promise<Map<string, BookedTransactionRow>> {
  const ids = new Set(matches.filter(isCertain).map(({ transactionId }) => transactionId));
  const rows = await readBookedTransactions(ctx.pool, [...ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

function isIn(run: ReconciliationRunRow, { occurredAt }: MatchableLineRow): boolean {
  return occurredAt >= run.windowFrom && occurredAt < run.windowTo;
}
