import { verify } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Received {
  body: string;
  signature: string;
  event: string;
  objectId: string;
  status: string;
}

export interface WebhookReceiver {
  url: string;
  received: Received[];
  events(objectId?: string): string[];
  /** What to answer; 200 unless replaced. */
  answer: (delivery: Received) => number | Promise<number>;
  close(): Promise<void>;
}

/** A merchant's endpoint that remembers the exact bytes it got. */
export async function startReceiver(port = 0): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const receiver: WebhookReceiver = {
    url: "",
    received,
    events: (objectId) =>
      received
        .filter((each) => objectId === undefined || each.objectId === objectId)
        .map((each) => each.event),
    answer: () => 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const parsed = JSON.parse(body) as { id: string; event_type: string; status: string };
    const delivery: Received = {
      body,
      signature: String(request.headers["x-signature"] ?? ""),
      event: parsed.event_type,
      objectId: parsed.id,
      status: parsed.status,
    };
    received.push(delivery);
    response.statusCode = await receiver.answer(delivery);
    response.end();
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`;
  return receiver;
}

export function isSignedBy(publicKey: string, body: string, signature: string): boolean {
  return verify(
    "RSA-SHA256",
    Buffer.from(body, "utf8"),
    publicKey,
    Buffer.from(signature, "base64"),
  );
}
