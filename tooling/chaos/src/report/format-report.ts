import type { ChaosReport, Latency } from "./chaos-report.ts";

/** One page of Markdown. */
export function formatReport(report: ChaosReport): string {
  const { operations, requests, faults, violations, codes, left } = report;
  return [
    `# Chaos run, seed ${report.seed}`,
    "",
    `${report.startedAt}, ${report.minutes} min of faults and workload, ${report.users} users. ` +
      `**${violations.length} violations.**`,
    "",
    "| fault | times | slowest recovery after the heal |",
    "|---|---:|---:|",
    ...faults.map(({ kind, times, slowestRecoveryMs }) => {
      const recovery = slowestRecoveryMs === null ? "not seen" : seconds(slowestRecoveryMs);
      return `| ${kind} | ${times} | ${recovery} |`;
    }),
    "",
    `${report.restarts} processes started again, ${report.failovers} failovers.`,
    "",
    "| | ok | fail | unknown |",
    "|---|---:|---:|---:|",
    `| operations (one key each) | ${operations.ok} | ${operations.fail} | ${operations.info} |`,
    `| requests for them | ${requests.ok} | ${requests.fail} | ${requests.info} |`,
    "",
    "| latency | requests | p50 | p99 | worst |",
    "|---|---:|---:|---:|---:|",
    latencyRow("calm", report.calm),
    latencyRow("in fault windows", report.disturbed),
    "",
    `Answers other than success: ${Object.entries(codes)
      .sort(([, a], [, b]) => b - a)
      .map(([code, count]) => `${code} ${count}`)
      .join(", ")}.`,
    "",
    `At rest ${report.drainSeconds} s after the last heal. ${report.transactions} transactions, ` +
      `${report.journalEntries} journal entries, ${report.replayed} operations asked again with their keys, ` +
      `${report.looks} looks at the whole bank.`,
    "",
    ...(left.length === 0
      ? ["Nothing is left open."]
      : [
          `Left for a later look or a person: ${left.length}, such as ${left
            .slice(0, 5)
            .map((each) => `${each.reference} (${each.status})`)
            .join(", ")}.`,
        ]),
    ...(violations.length === 0
      ? []
      : [
          "",
          "## Violations",
          "",
          ...violations.map(({ rule, subject, detail }) => `- **${rule}** ${subject}: ${detail}`),
        ]),
    "",
  ].join("\n");
}

function latencyRow(name: string, { requests, p50Ms, p99Ms, worstMs }: Latency): string {
  return `| ${name} | ${requests} | ${p50Ms} ms | ${p99Ms} ms | ${worstMs} ms |`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
