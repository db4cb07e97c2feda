import type { BenchReport } from "./bench-report.ts";
import { goals, isMet, ratioNames } from "./goals.ts";
import { formatNumber, renderTable } from "./table.ts";

/** The report for people. */
export function formatReport(report: BenchReport): string {
  return [
    formatMachine(report),
    formatPosting(report),
    formatRequests(report),
    formatRatios(report),
    report.ledgerVerified ? "ledger verified" : "THE LEDGER DOES NOT VERIFY",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function formatMachine({ machine, method }: BenchReport): string {
  const settings = Object.entries(machine.settings).map(([name, value]) => `${name}=${value}`);
  return [
    `${machine.cores} cores (${machine.cpu}), load before ${machine.loadBefore.toFixed(2)}`,
    `Node ${machine.node}, PostgreSQL ${machine.postgres}: ${settings.join(" ")}`,
    `data on ${machine.fileSystem}, 8 kB written and flushed in ${formatNumber(machine.diskFlushMs)} ms`,
    "",
    `Posting: ${method.accounts} users, ${method.lanes} connections, ${method.rounds} rounds of ${method.sliceMs} ms each`,
    `  spread:  ${method.spread}`,
    `  hot:     ${method.hot}`,
    `  floor:   ${method.floor}`,
    `  guarded: ${method.guarded}`,
  ].join("\n");
}

function formatPosting({ posting }: BenchReport): string {
  const rows = Object.values(posting).map(({ what, entriesPerSecond, latencyMs }) => [
    what,
    formatNumber(entriesPerSecond.median),
    formatNumber(entriesPerSecond.lowest),
    formatNumber(entriesPerSecond.highest),
    formatNumber(latencyMs.p50),
    formatNumber(latencyMs.p99),
  ]);
  const headers = ["posting", "entries/s", "lowest", "highest", "p50 ms", "p99 ms"];
  return `${renderTable(headers, rows)}\n(median of rounds; milliseconds per database transaction)`;
}

function formatRequests({ requests }: BenchReport): string {
  if (requests.length === 0) return "";
  const rows = requests.map(({ what, count, perSecond, latencyMs }) => [
    what,
    String(count),
    perSecond === undefined ? "" : formatNumber(perSecond),
    formatNumber(latencyMs.p50),
    formatNumber(latencyMs.p99),
  ]);
  return renderTable(["through the stack", "count", "per s", "p50 ms", "p99 ms"], rows);
}

function formatRatios({ ratios, ratiosByRound }: BenchReport): string {
  const rows = ratioNames.map((name) => [
    name,
    formatNumber(ratios[name]),
    formatNumber(ratiosByRound[name].lowest),
    formatNumber(ratiosByRound[name].highest),
    `≥ ${goals[name]}`,
    isMet(name, ratios[name]) ? "met" : "missed",
  ]);
  return renderTable(["ratio (median of rounds)", "ratio", "lowest", "highest", "goal", ""], rows);
}
