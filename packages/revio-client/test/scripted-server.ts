import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Step = (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;

export interface ScriptedServer {
  origin: string;
  baseUrl: string;
  requests: ReceivedRequest[];
  /** Steps for the next requests in order; the last one answers all further requests. */
  script(...steps: Step[]): void;
  close(): Promise<void>;
}

/** A real HTTP server on a free local port, which answers by a script and remembers what it got. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  let steps: Step[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    request.on("end", () => {
      const received = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      requests.push(received);
      const step = steps.length > 1 ? steps.shift() : steps[0];
      if (step === undefined) {
        response.writeHead(599).end();
        return;
      }
      void step(response, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    baseUrl: `${origin}/api/v1/`,
    requests,
    script: (...next) => {
      steps = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };

export const html =
  (status: number, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { "content-type": "text/html", ...headers });
    response.end("<html><body>Welcome to the airport Wi-Fi</body></html>");
  };

export const empty =
  (status: number, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** Answers nothing, for ever. */
export const hang: Step = () => undefined;

/** The request was read, then the connection is reset. */
export const reset: Step = (response) => {
  response.socket?.resetAndDestroy();
};

/** 200 and half of a body, then the connection is cut. */
export const cutBody: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
  response.write('{"id": "2c9c0e84', () => response.socket?.destroy());
};

/** 200 and half of a body, then nothing more. */
export const stallBody: Step = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "5000" });
  response.write('{"id": "2c9c0e84');
};
