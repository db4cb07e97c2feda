import { expect, test } from "vitest";
import { latency, toReport } from "../../src/report/chaos-report.ts";
import { formatReport } from "../../src/report/format-report.ts";
import type { Attempt, History, Operation } from "../../src/workload/history.ts";

const attempt = (startedMs: number, endedMs: number, outcome: Attempt["outcome"]): Attempt => ({
  api: 0,
  startedMs,
  endedMs,
  outcome,
  code: outcome === "ok" ? null : "BUSY",
});

function operation(attempts: Attempt[]): Operation {
  const base = { userId: "u", kind: "deposit", key: "k", bankAccountId: null } as const;
  return { ...base, amountMinor: 1n, attempts };
}

test("percentiles of request times", () => {
  const requests = Array.from({ length: 100 }, (_, index) => attempt(0, 100 - index, "ok"));
  expect(latency(requests)).toEqual({ requests: 100, p50Ms: 51, p99Ms: 100, worstMs: 100 });
  expect(latency([])).toEqual({ requests: 0, p50Ms: 0, p99Ms: 0, worstMs: 0 });
});

test("the report tells calm from fault windows, counts outcomes by key, and names each violation", () => {
  const history: History = {
    operations: [
      operation([attempt(0, 10, "ok")]),
      operation([attempt(1_100, 1_900, "info"), attempt(2_300, 2_400, "ok")]),
      operation([attempt(5_000, 5_020, "fail")]),
    ],
    calls: [],
    violations: [],
    now: () => 6_000,
  };
  const report = toReport({
    options: { minutes: 1, seed: "7", report: undefined, users: 1, faults: [] },
    startedAt: new Date(0),
    history,
    windows: [{ kind: "failover", detail: "primary 1", startedMs: 1_000, healedMs: 2_000 }],
    drained: { seconds: 3, left: [], restless: undefined },
    checked: {
      violations: [{ rule: "lost-ok", subject: "WDR-1", detail: "is not there" }],
      ledger: {
        verified: true,
        differences: [],
        journalEntries: 4n,
        postings: 8n,
        transactions: 2n,
      },
      replayed: 2,
    },
    looks: 9,
    restarts: 0,
    failovers: 1,
  });
  expect(report.operations).toEqual({ ok: 2, fail: 1, info: 0 });
  expect(report.requests).toEqual({ ok: 2, fail: 1, info: 1 });
  expect(report.faults).toEqual([{ kind: "failover", times: 1, slowestRecoveryMs: 400 }]);
  expect([report.calm.requests, report.disturbed.requests]).toEqual([2, 2]);
  const page = formatReport(report);
  expect(page).toContain("**1 violations.**");
  expect(page).toContain("- **lost-ok** WDR-1: is not there");
  expect(page).toContain("| failover | 1 | 0.4 s |");
});
