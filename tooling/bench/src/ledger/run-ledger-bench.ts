import { verifyLedger, type LedgerReport } from "@revio-wallet/core/ledger/verify-ledger";
import { createPool } from "@revio-wallet/db/pool";
import { type MachineFacts, readMachineFacts } from "../report/machine-facts.ts";
import { startBenchDatabase } from "./bench-database.ts";
import { type Measured, measureLedger } from "./measure-ledger.ts";
import { openAccounts } from "./open-accounts.ts";
import { createScenarios, type ScenarioName } from "./scenarios.ts";

export interface LedgerBench {
  measured: Map<ScenarioName, Measured>;
  machine: MachineFacts;
  ledger: LedgerReport;
}

/** Measures posting on a server of its own. */
export async function runLedgerBench(options: {
  accounts: number;
  rounds: number;
  sliceMs: number;
  /** Connections, each with one database transaction at a time: the pool of an API process has as many. */
  lanes: number;
  loadBefore: number;
  log: (line: string) => void;
  onStarting: (stop: () => Promise<void>) => void;
}): Promise<LedgerBench> {
  const { accounts: count, rounds, sliceMs, lanes, loadBefore, log, onStarting } = options;
  await using cleanUp = new AsyncDisposableStack();
  onStarting(() => cleanUp.disposeAsync());
  log("posting: starting PostgreSQL");
  const { postgres, ...urls } = await startBenchDatabase();
  cleanUp.defer(() => postgres.stop());
  const { superuserUrl } = urls;
  const machine = await readMachineFacts({ superuserUrl, dataDir: postgres.dataDir, loadBefore });
  log(`posting: opening ${count} users`);
  const accounts = await openAccounts({ ...urls, count });
  const pool = createPool({ connectionString: urls.appUrl, max: lanes });
  cleanUp.defer(() => pool.end());
  const scenarios = createScenarios(pool, accounts);
  const measured = await measureLedger({ scenarios, rounds, sliceMs, lanes, log });
  log("posting: verifying the ledger");
  return { measured, machine, ledger: await verifyLedger({ pool }) };
}
