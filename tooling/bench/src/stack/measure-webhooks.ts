import type { Stack } from "@revio-wallet/dev/stack";
import { drive, type Slice } from "../drive.ts";
import { type SignedDelivery, signDeliveries } from "./sign-deliveries.ts";

export interface WebhookFigures {
  sequential: Slice;
  concurrent: Slice;
}

export const concurrentLanes = 8;
const warmUps = 20;

/**
 * Posts authentic webhooks, no two alike, to the running API: one at a time, then several at once. Each answer means that the
 * event and its job are durable. The worker takes the jobs up meanwhile, as it would.
 *
 * @throws if one is not accepted
 */
export async function measureWebhooks(
  stack: Stack,
  options: { sequential: number; concurrent: number; log: (line: string) => void },
): Promise<WebhookFigures> {
  const { sequential, concurrent, log } = options;
  log(`webhooks: the sandbox signs ${warmUps + sequential + concurrent} of them`);
  const deliveries = await signDeliveries(stack, warmUps + sequential + concurrent);
  const post = async (): Promise<void> => {
    const delivery = deliveries.pop();
    if (delivery === undefined) throw new Error("more webhooks were posted than signed");
    await postDelivery(stack.apiUrl, delivery);
  };
  await drive({ lanes: concurrentLanes, count: warmUps, operation: post });
  log("webhooks: one at a time");
  const alone = await drive({ lanes: 1, count: sequential, operation: post });
  log(`webhooks: ${concurrentLanes} at once`);
  const together = await drive({ lanes: concurrentLanes, count: concurrent, operation: post });
  return { sequential: alone, concurrent: together };
}

async function postDelivery(apiUrl: string, { body, signature }: SignedDelivery): Promise<void> {
  const answer = await fetch(`${apiUrl}/webhooks/revio`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-signature": signature },
    body: new Uint8Array(body),
    signal: AbortSignal.timeout(30_000),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`a webhook was answered with ${answer.status}`);
}
