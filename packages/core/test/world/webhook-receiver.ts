import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface WebhookReceiver {
  url: string;
  close(): Promise<void>;
}

/** Takes Revio's POSTs as raw bytes, as the API route does; `receive` says what to answer. */
export async function startWebhookReceiver(
  receive: (delivery: { rawBody: Buffer; signature: string | undefined }) => Promise<number>,
): Promise<WebhookReceiver> {
  const server = createServer((request, response) => {
    void readBody(request)
      .then((rawBody) =>
        receive({ rawBody, signature: request.headers["x-signature"]?.toString() }),
      )
      .catch(() => 500)
      .then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks/revio`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
