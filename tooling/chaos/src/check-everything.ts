import { readFile } from "node:fs/promises";
import { verifyLedger, type LedgerReport } from "@revio-wallet/core/ledger/verify-ledger";
import { createPool } from "@revio-wallet/db/pool";
import { checkBoundedAnswers } from "./checkers/check-bounded-answers.ts";
import { checkHistory } from "./checkers/check-history.ts";
import { checkLogs, type LogText } from "./checkers/check-logs.ts";
import { checkOpenWork } from "./checkers/check-open-work.ts";
import { checkProviderBooks } from "./checkers/check-provider-books.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { Drained } from "./drain.ts";
import type { FaultWindow } from "./nemesis/fault.ts";
import { replayOperations } from "./replay-operations.ts";
import { control, type Books } from "./sandbox-control.ts";
import type { WalletFacts } from "./wallet-facts.ts";
import type { History, Violation } from "./workload/history.ts";
import type { WalletUser } from "./workload/wallet-user.ts";

export interface Checked {
  readonly violations: readonly Violation[];
  readonly ledger: LedgerReport;
  readonly replayed: number;
}

/** All checkers, once the system is at rest. What the run itself found comes first. */
export async function checkEverything(options: {
  readonly cluster: Cluster;
  readonly facts: WalletFacts;
  readonly history: History;
  readonly users: readonly WalletUser[];
  readonly drained: Drained;
  readonly windows: readonly FaultWindow[];
}): Promise<Checked> {
  const { cluster, facts, history, users, drained, windows } = options;
  const attempts = history.operations.flatMap((operation) => operation.attempts);
  await facts.liftRateLimits(users.map(({ id }) => id));
  const replays = await replayOperations(history, users);
  const transactions = await facts.transactions();
  const books = await control<Books>(cluster.sandboxUrl, "books");
  const ledger = await verify(cluster.postgres.superuserUrl);
  const logs = await readLogs(cluster);
  return {
    ledger,
    replayed: replays.size,
    violations: [
      ...history.violations,
      ...checkHistory(history.operations, transactions, replays),
      ...checkBoundedAnswers([...attempts, ...history.calls], windows),
      ...checkProviderBooks({
        books,
        transactions,
        parked: await facts.parked(),
        floatMinor: await facts.floatMinor(),
      }),
      ...ledger.differences.map(({ check, subject, expected, actual }) => ({
        rule: `ledger: ${check}`,
        subject,
        detail: `expected ${expected}, found ${actual}`,
      })),
      ...checkOpenWork(drained.left),
      ...notAtRest(drained),
      ...ownDeaths(cluster),
      ...checkLogs(logs.processes, logs.server, canariesOf(cluster, users)),
    ],
  };
}

function notAtRest({ restless, seconds }: Drained): Violation[] {
  if (restless === undefined) return [];
  return [{ rule: "not-drained", subject: `after ${seconds} s`, detail: restless }];
}

function ownDeaths({ processes }: Cluster): Violation[] {
  return Object.values(processes).flatMap((each) =>
    each.ownDeaths().map((detail) => ({ rule: "died-by-itself", subject: each.name, detail })),
  );
}

async function verify(connectionString: string): Promise<LedgerReport> {
  const pool = createPool({ connectionString, max: 1 });
  try {
    return await verifyLedger({ pool });
  } finally {
    await pool.end();
  }
}

async function readLogs(cluster: Cluster): Promise<{ processes: LogText[]; server: LogText }> {
  const files = Object.values(cluster.processes).flatMap((each) => each.logFiles());
  const processes = await Promise.all(
    files.map(async (file) => ({
      name: file.slice(file.lastIndexOf("/") + 1),
      text: await readFile(file, "utf8"),
    })),
  );
  return { processes, server: { name: "postgres", text: await cluster.postgres.serverLog() } };
}

function canariesOf({ secrets }: Cluster, users: readonly WalletUser[]): string[] {
  const keys = Object.values(secrets).map((secret) => secret.replace(/^[\w-]+:/, ""));
  return [...keys, ...users.flatMap((user) => user.secrets)];
}
