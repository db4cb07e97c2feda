import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Somebody who answers at Revio's address as a test says: for what the sandbox cannot do, such as never answering. */
export interface RevioStub {
  url: string;
  /** From now on. */
  answer(how: (response: ServerResponse) => void): void;
  /** "POST /api/v1/purchases/", in order. */
  requests: string[];
  close(): Promise<void>;
}

export const unavailable = (response: ServerResponse) => response.writeHead(503).end();
export const never = () => undefined;
/** A final refusal. */
export const refuse = (response: ServerResponse) =>
  response
    .writeHead(400, { "content-type": "application/json" })
    .end(JSON.stringify({ __all__: [{ code: "invalid", message: "no" }] }));

export async function startRevioStub(): Promise<RevioStub> {
  let how: (response: ServerResponse) => void = unavailable;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => how(response));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/v1/`,
    answer: (next) => {
      how = next;
    },
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
