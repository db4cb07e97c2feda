import { setTimeout as sleep } from "node:timers/promises";
import { startBankReader } from "./bank-reader.ts";
import { checkEverything } from "./check-everything.ts";
import { startCluster, type Cluster } from "./cluster/cluster.ts";
import { drain } from "./drain.ts";
import { runNemesis } from "./nemesis/run-nemesis.ts";
import type { ChaosOptions } from "./options.ts";
import { createRandom, type Random } from "./random.ts";
import { toReport, type ChaosReport } from "./report/chaos-report.ts";
import { openWalletFacts } from "./wallet-facts.ts";
import { createHistory, type History } from "./workload/history.ts";
import { simulateUser } from "./workload/simulate-user.ts";
import { registerWalletUser, type WalletUser } from "./workload/wallet-user.ts";

/** How long the healed system may take to come to rest: dead workers are noticed after 30 s of silence. */
const drainTimeoutMs = 5 * 60_000;

export interface ChaosRun {
  readonly report: ChaosReport;
  readonly history: History;
}

/** One run: start everything, let users and faults loose, heal, come to rest, check. The cluster is stopped by the caller. */
export async function runChaos(
  options: ChaosOptions,
  environment: Parameters<typeof startCluster>[0],
): Promise<ChaosRun> {
  const { log } = environment;
  const startedAt = new Date();
  const random = createRandom(options.seed);
  const cluster = await startCluster(environment);
  environment.onStarting(cluster.stop);
  const users = await registerUsers(cluster, options.users, random);
  log(`${users.length} users are registered; workload and faults for ${options.minutes} min`);

  const history = createHistory();
  const reader = startBankReader(cluster.postgres, history);
  const over = new AbortController();
  const living = Promise.all(
    users.map((user, index) =>
      simulateUser(history, user, random.fork(`user ${index}`), over.signal),
    ),
  );
  const progress = setInterval(() => log(progressLine(history, reader.looks())), 10_000);
  const deadline = history.now() + options.minutes * 60_000;
  const windows = await runNemesis({
    cluster,
    history,
    random: random.fork("nemesis"),
    options,
    deadlineMs: deadline,
    log,
  });
  await sleep(Math.max(0, deadline - history.now()));
  over.abort();
  await living;
  clearInterval(progress);
  log(progressLine(history, reader.looks()));

  await using facts = await openWalletFacts(cluster.postgres.superuserUrl);
  await facts.liftRateLimits(users.map(({ id }) => id));
  const drained = await drain({ cluster, facts, users, log, timeoutMs: drainTimeoutMs });
  log(`at rest after ${drained.seconds} s; ${drained.left.length} left for later looks or people`);
  await reader.stop();
  const checked = await checkEverything({ cluster, facts, history, users, drained, windows });
  const restarts = Object.values(cluster.processes).reduce((sum, each) => sum + each.restarts(), 0);
  const report = toReport({
    options,
    startedAt,
    history,
    windows,
    drained,
    checked,
    looks: reader.looks(),
    restarts,
    failovers: cluster.postgres.generation,
  });
  return { report, history };
}

async function registerUsers(
  { apiUrls, postgres }: Cluster,
  count: number,
  random: Random,
): Promise<WalletUser[]> {
  await using facts = await openWalletFacts(postgres.superuserUrl);
  await facts.liftLimitsPerDay();
  const users: WalletUser[] = [];
  for (let index = 0; index < count; index += 1) {
    users.push(await registerWalletUser({ apiUrls, index, random }));
  }
  return users;
}

function progressLine(history: History, looks: number): string {
  const { operations, violations } = history;
  const attempts = operations.flatMap((operation) => operation.attempts);
  const count = (outcome: string): number =>
    attempts.filter((attempt) => attempt.outcome === outcome).length;
  return (
    `${Math.round(history.now() / 1_000)} s: ${operations.length} operations, requests ok ${count("ok")}, ` +
    `fail ${count("fail")}, unknown ${count("info")}; ${looks} looks at the bank; ${violations.length} violations`
  );
}
