import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyLedger, type LedgerReport } from "@revio-wallet/core/ledger/verify-ledger";
import { createPool } from "@revio-wallet/db/pool";
import { startStack, type Stack } from "@revio-wallet/dev/stack";
import { measureDeposits } from "./measure-deposits.ts";
import { measureWebhooks, type WebhookFigures } from "./measure-webhooks.ts";

export interface StackFigures {
  webhooks: WebhookFigures;
  /** Milliseconds, one per deposit. */
  depositsMs: number[];
  ledger: LedgerReport;
}

/** How many times shorter the sandbox's own waits are; none of them lies between a payment and its first webhook. */
const timeScale = 60;

/** Starts the whole product, with a database as durable as in production, measures it, and stops it. */
export async function measureStack(options: {
  deposits: number;
  webhooks: number;
  log: (line: string) => void;
  onStarting: (stop: () => Promise<void>) => void;
}): Promise<StackFigures> {
  const { deposits, webhooks, log, onStarting } = options;
  // The stack keeps data that it finds a folder for, and then writes them durably.
  const dataDir = await mkdtemp(join(tmpdir(), "revio-wallet-bench-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }));
  onStarting(() => cleanUp.disposeAsync());
  const stack = await startStack({
    log,
    dataDir,
    timeScale,
    ports: { api: 0, console: 0, sandbox: 0, postgres: 0 },
    onStarting: (stop) => cleanUp.defer(stop),
  });
  cleanUp.defer(stack.stop);
  const depositsMs = await measureDeposits(stack, { count: deposits, log });
  const figures = await measureWebhooks(stack, { sequential: webhooks, concurrent: webhooks, log });
  return { webhooks: figures, depositsMs, ledger: await verify(stack) };
}

async function verify({ databaseUrls }: Stack): Promise<LedgerReport> {
  const pool = createPool({ connectionString: databaseUrls.app, max: 1 });
  try {
    return await verifyLedger({ pool });
  } finally {
    await pool.end();
  }
}
