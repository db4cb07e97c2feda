import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { control, purchasesOf } from "./sandbox.ts";
import { stack } from "./stack.ts";
import { until } from "./until.ts";

/** Revio's side of our webhook, straight from the sandbox's store: nobody else has this key. */
export function revioKey(): KeyObject {
  const [row] = sandboxStore("SELECT private_key FROM webhooks WHERE mode = 'test'");
  return createPrivateKey(String(row?.["private_key"]));
}

function sandboxStore(sql: string, ...values: string[]) {
  const file = join(stack.dataDir, "sandbox", "revio-sandbox.sqlite");
  const store = new DatabaseSync(file, { readOnly: true });
  try {
    return store.prepare(sql).all(...values);
  } finally {
    store.close();
  }
}

/** X-Signature of a body: RSASSA-PKCS1-v1_5 with SHA-256, in base64. */
export function signatureOf(body: string | Buffer, key = revioKey()): string {
  return sign("RSA-SHA256", Buffer.from(body), key).toString("base64");
}

export interface WebhookAnswer {
  status: number | undefined;
  body: string;
  headers: Record<string, unknown>;
}

/** Posts bytes to the webhook endpoint. `undefined` headers are left out. */
export function postWebhook(
  body: string | Buffer,
  headers: Record<string, string | undefined>,
): Promise<WebhookAnswer> {
  const bytes = Buffer.from(body);
  const all = { "content-type": "application/json", "content-length": bytes.length, ...headers };
  const sent = Object.entries(all).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL("/webhooks/revio", stack.apiUrl), {
      method: "POST",
      headers: Object.fromEntries(sent) as Record<string, string>,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode,
          body: Buffer.concat(chunks).toString(),
          headers: { ...incoming.headers },
        }),
      );
    });
    outgoing.end(bytes);
  });
}

export function postSigned(body: string | Buffer): Promise<WebhookAnswer> {
  return postWebhook(body, { "x-signature": signatureOf(body) });
}

/** Keeps Revio from delivering anything until the faults are cleared. */
export async function holdDeliveries(): Promise<void> {
  await control("webhook-faults", { kind: "hold", times: null });
}

/** The exact text that Revio would send for an event of a purchase. */
export async function capturedBody(reference: string, event: string): Promise<string> {
  const [purchase] = await purchasesOf(reference);
  return until(`a delivery of ${event}`, async () => {
    const [row] = sandboxStore(
      "SELECT body FROM deliveries WHERE object_id = ? AND event = ?",
      purchase?.id ?? "",
      event,
    );
    return row === undefined ? undefined : String(row["body"]);
  });
}
