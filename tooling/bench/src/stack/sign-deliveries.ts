import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Stack } from "@revio-wallet/dev/stack";
import { callRevio, control } from "./sandbox-control.ts";

/** A webhook as Revio sends it. */
export interface SignedDelivery {
  body: Buffer;
  signature: string;
}

interface Webhook {
  id: string;
  callback: string;
}

/**
 * Lets the sandbox sign so many distinct webhooks for us: its own wire form, and the key that the API trusts. To get them
 * without delivering them, our webhook's callback leads here for as long as it takes.
 *
 * Their content is that of the purchases already paid, each told of again at another time: authentic, new to the inbox,
 * and without effect on money, because the job reads the purchase back and finds it credited.
 */
export async function signDeliveries(stack: Stack, count: number): Promise<SignedDelivery[]> {
  const events = await control<{ seq: number; event: string }[]>(stack, "events");
  const paid = events.filter(({ event }) => event === "purchase.paid");
  if (paid.length === 0) throw new Error("there is no paid purchase to tell of");
  const { results: webhooks } = await callRevio<{ results: Webhook[] }>(stack, "GET", "webhooks/");
  const [webhook] = webhooks;
  if (webhook === undefined) throw new Error("there is no webhook at the sandbox");

  const collected: SignedDelivery[] = [];
  const collector = await collect(collected);
  const { port } = collector.address() as AddressInfo;
  await redirect(stack, webhook.id, `http://127.0.0.1:${port}/`);
  try {
    const now = Math.floor(Date.now() / 1_000);
    for (let number = 0; number < count; number += 1) {
      await control(stack, "events/send", {
        webhookId: webhook.id,
        eventSeq: paid[number % paid.length]?.seq,
        set: { updated_on: now + number },
      });
    }
  } finally {
    await redirect(stack, webhook.id, webhook.callback);
    await collector[Symbol.asyncDispose]();
  }
  const distinct = new Map(collected.map((delivery) => [delivery.signature, delivery]));
  if (distinct.size < count) throw new Error(`${distinct.size} of ${count} deliveries were signed`);
  return [...distinct.values()];
}

async function redirect(stack: Stack, id: string, callback: string): Promise<void> {
  await callRevio(stack, "PATCH", `webhooks/${id}/`, { callback });
}

async function collect(into: SignedDelivery[]): Promise<Server> {
  const server = createServer((request, response) => {
    void keep(request, response, into);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return server;
}

async function keep(
  request: IncomingMessage,
  response: ServerResponse,
  into: SignedDelivery[],
): Promise<void> {
  const signature = request.headers["x-signature"];
  try {
    const body = await buffer(request);
    if (typeof signature === "string") into.push({ body, signature });
    response.end();
  } catch {
    response.destroy();
  }
}
