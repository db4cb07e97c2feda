import { setTimeout as sleep } from "node:timers/promises";
import { finalRefusal } from "./checkers/check-history.ts";
import { attemptOperation } from "./workload/attempt-operation.ts";
import type { History, Operation, Replay } from "./workload/history.ts";
import type { WalletUser } from "./workload/wallet-user.ts";

/**
 * Asks every operation with a known end once more, with its own key, after everything is over: what was acknowledged must be
 * answered the same, what was refused for good must stay refused. These requests do not enter the history.
 */
export async function replayOperations(
  history: History,
  users: readonly WalletUser[],
): Promise<Map<string, Replay>> {
  const replays = new Map<string, Replay>();
  const replayOf = async (user: WalletUser): Promise<void> => {
    await user.signInAgain(0);
    for (const operation of history.operations) {
      if (operation.userId === user.id && hasKnownEnd(operation)) {
        replays.set(operation.key, await replay(history, user, operation));
      }
    }
  };
  await Promise.all(users.map(replayOf));
  return replays;
}

async function replay(history: History, user: WalletUser, operation: Operation): Promise<Replay> {
  const copy: Operation = { ...operation, attempts: [] };
  // Nothing is broken any more, but a busy machine may be slow once, and who died at work on a key holds it for half a minute.
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await attemptOperation(history, user, copy, 0);
    const { outcome, code } = copy.attempts.at(-1) ?? {};
    if (outcome !== "info") break;
    if (code === "IDEMPOTENCY_IN_PROGRESS") await sleep(10_000);
  }
  return copy.attempts.at(-1) ?? { outcome: "info", code: "NOT_ASKED" };
}

function hasKnownEnd({ attempts }: Operation): boolean {
  return attempts.some(({ outcome }) => outcome === "ok") || finalRefusal(attempts) !== undefined;
}
