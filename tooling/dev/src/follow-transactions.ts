import type { ApiClient, TransactionUpdate } from "@revio-wallet/api-client";
import { StoryDifference } from "./expect-same.ts";

export interface TransactionFollower extends Disposable {
  /** Resolves once the transaction has the status, also if that was before the call. */
  waitFor(transactionId: string, status: TransactionUpdate["status"]): Promise<TransactionUpdate>;
}

const patienceMs = 60_000;
/** Nothing that the story waits for comes after one of these. */
const ends: ReadonlySet<string> = new Set([
  "cancelled",
  "completed",
  "expired",
  "failed",
  "rejected",
]);

/** Follows the signed-in user's transactions on the live stream, as a partner's app does. */
export async function followTransactions({
  trpc,
}: Pick<ApiClient, "trpc">): Promise<TransactionFollower> {
  const seen: TransactionUpdate[] = [];
  const events = new EventTarget();
  let failure: unknown;
  const changed = (): boolean => events.dispatchEvent(new Event("change"));
  const subscription = await new Promise<{ unsubscribe(): void }>((resolve) => {
    const opened = trpc.transaction.onUpdate.subscribe(undefined, {
      // What happens before this moment is not on the stream.
      onStarted: () => resolve(opened),
      onData: ({ data }) => {
        seen.push(data);
        changed();
      },
      onError: (error) => {
        failure = error;
        changed();
        resolve(opened);
      },
    });
  });

  const look = (transactionId: string, status: string): TransactionUpdate | undefined => {
    if (failure !== undefined) throw failure;
    const own = seen.filter(({ transaction }) => transaction.id === transactionId);
    const last = own.at(-1);
    if (last !== undefined && last.status !== status && ends.has(last.status)) {
      throw new StoryDifference(`${last.transaction.reference} is ${last.status}, not ${status}.`);
    }
    return own.find((update) => update.status === status);
  };
  return {
    async waitFor(transactionId, status) {
      const tooLate = AbortSignal.timeout(patienceMs);
      for (;;) {
        const update = look(transactionId, status);
        if (update !== undefined) return update;
        await new Promise<void>((resolve, reject) => {
          events.addEventListener("change", () => resolve(), { once: true });
          const reason = `Nothing became ${status} within ${patienceMs / 1_000} s.`;
          tooLate.addEventListener("abort", () => reject(new StoryDifference(reason)), {
            once: true,
          });
        });
      }
    },
    [Symbol.dispose]: () => subscription.unsubscribe(),
  };
}
