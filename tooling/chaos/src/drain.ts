import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster/cluster.ts";
import type { OpenTransaction } from "./checkers/check-open-work.ts";
import { control, type Books } from "./sandbox-control.ts";
import type { WalletFacts } from "./wallet-facts.ts";
import type { WalletUser } from "./workload/wallet-user.ts";

/** Longer than any call to Revio lasts: whoever sent a create before the drain has its answer, or is dead. */
const longestCallMs = 45_000;

export interface Drained {
  readonly seconds: number;
  /** What is left, each waiting for a later look or for a person. */
  readonly left: readonly OpenTransaction[];
  /** What still moved when time was up, in words; undefined if everything came to rest. */
  readonly restless: string | undefined;
}

/**
 * Everything is healed: lets the system come to rest. Time that would pass in minutes passes at once for webhooks and
 * jobs that wait for their turn. Unpaid deposits are cancelled by their users. Ends when nothing is open but
 * withdrawals whose order to pay never arrived at Revio: no evidence will come, so they wait for their time or for two people.
 */
export async function drain(options: {
  readonly cluster: Cluster;
  readonly facts: WalletFacts;
  readonly users: readonly WalletUser[];
  readonly log: (line: string) => void;
  readonly timeoutMs: number;
}): Promise<Drained> {
  const { cluster, facts, users, log, timeoutMs } = options;
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  for (let round = 0; ; round += 1) {
    await control(cluster.sandboxUrl, "deliveries/release", {});
    await control(cluster.sandboxUrl, "deliveries/retry-now", {});
    if (elapsed() > longestCallMs) await facts.letLeasesPass();
    await facts.hurryJobs();
    if (round % 5 === 1) await cancelUnpaid(users);
    await sleep(1_000);
    const [open, waitingEvents] = [await facts.open(), await facts.waitingEvents()];
    const undelivered = await countUndelivered(cluster.sandboxUrl);
    const books = await control<Books>(cluster.sandboxUrl, "books");
    const moving = open.filter((each) => !waitsForEvidence(each, books));
    const isQuiet = moving.length + waitingEvents + undelivered === 0;
    // Only once every webhook is applied: evidence comes before the end of waiting for it.
    if (isQuiet && (await facts.letEvidenceTimePass()) > 0) continue;
    const state = `${moving.length} transactions open, ${waitingEvents} events waiting, ${undelivered} webhooks undelivered`;
    if (isQuiet || elapsed() > timeoutMs) {
      const restless = isQuiet ? undefined : state;
      return { seconds: Math.round(elapsed() / 1_000), left: open, restless };
    }
    if (round % 5 === 0) log(`drain: ${state}`);
  }
}

function waitsForEvidence({ status, reference }: OpenTransaction, { payouts }: Books): boolean {
  if (status === "in_review") return true;
  const own = payouts.filter((payout) => payout.reference === reference);
  return status === "in_doubt" && own.every(({ executions }) => executions === 0);
}

async function countUndelivered(sandboxUrl: string): Promise<number> {
  const states = ["pending", "sending", "held"];
  const lists = await Promise.all(
    states.map((state) => control<unknown[]>(sandboxUrl, `deliveries?state=${state}`)),
  );
  return lists.flat().length;
}

async function cancelUnpaid(users: readonly WalletUser[]): Promise<void> {
  for (const user of users) {
    const [client] = user.clients;
    if (client === undefined) continue;
    const { trpc } = client;
    try {
      if (!(await client.isSignedIn())) await user.signInAgain(0);
      const statuses = ["created", "awaiting_payment"] as const;
      for (;;) {
        const { items } = await trpc.transaction.list.query({
          kinds: ["deposit"],
          statuses: [...statuses],
        });
        for (const { id } of items) await trpc.deposit.cancel.mutate({ transactionId: id });
        if (items.length === 0) break;
      }
    } catch {
      // Paid meanwhile, or Revio says so: the next round looks again.
    }
  }
}
