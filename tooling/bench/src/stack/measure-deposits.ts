import { randomBytes, randomUUID } from "node:crypto";
import { type ApiClient, createApiClient } from "@revio-wallet/api-client";
import {
  followTransactions,
  type TransactionFollower,
} from "@revio-wallet/dev/follow-transactions";
import type { Stack } from "@revio-wallet/dev/stack";
import { control } from "./sandbox-control.ts";

const amountMinor = 100_00n;
/** Fewer than a user may ask for in a minute, and in a day. */
const perUser = 20;

/**
 * Deposits one after another, and measures each from the moment at which the payer submits the card until the
 * partner's app sees it completed on its live stream: payment at the sandbox, webhook, inbox, job, reading the purchase
 * back, posting, notification.
 *
 * @returns milliseconds, one per deposit
 */
export async function measureDeposits(
  stack: Stack,
  options: { count: number; log: (line: string) => void },
): Promise<number[]> {
  const { count, log } = options;
  const latencies: number[] = [];
  while (latencies.length < count) {
    const client = await signInNewUser(stack.apiUrl);
    using follower = await followTransactions(client);
    // The first one of a user opens connections; it is not measured.
    await deposit(stack, client, follower);
    const batch = Math.min(perUser, count - latencies.length);
    for (let number = 0; number < batch; number += 1) {
      latencies.push(await deposit(stack, client, follower));
    }
    log(`deposits: ${latencies.length} of ${count}`);
  }
  return latencies;
}

async function deposit(
  stack: Stack,
  { trpc }: ApiClient,
  follower: TransactionFollower,
): Promise<number> {
  const { deposit: opened } = await trpc.deposit.create.mutate({
    amountMinor,
    currency: "ZAR",
    idempotencyKey: randomUUID(),
  });
  const [purchase] = await control<{ id: string }[]>(
    stack,
    `purchases?reference=${encodeURIComponent(opened.reference)}`,
  );
  if (purchase === undefined) throw new Error(`no purchase for ${opened.reference}`);
  const submittedAt = performance.now();
  await control(stack, `purchases/${purchase.id}/pay`, {});
  await follower.waitFor(opened.id, "completed");
  return performance.now() - submittedAt;
}

async function signInNewUser(baseUrl: string): Promise<ApiClient> {
  const client = createApiClient({ baseUrl });
  const email = `bench-${randomUUID()}@example.com`;
  const password = randomBytes(18).toString("base64url");
  await client.register({ email, password, fullName: "Bench User" });
  await client.signIn({ email, password });
  return client;
}
