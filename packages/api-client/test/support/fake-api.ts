import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deserialize, serialize } from "superjson";
import { errorCodes, type ErrorCode } from "@revio-wallet/core/errors";

/** One call as it came over the wire; calls of a batch are listed one by one. */
export interface SeenCall {
  readonly path: string;
  readonly url: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly input: unknown;
  readonly atMs: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** What happens to a call: an answer, or something that is done to its connection. */
export type Reaction =
  | Answer
  | ((request: IncomingMessage, response: ServerResponse) => void | Promise<void>);

export interface FakeApi {
  readonly url: string;
  readonly calls: readonly SeenCall[];
  /** HTTP requests, however many calls each carries. */
  requestCount(): number;
  callsOf(path: string): SeenCall[];
  [Symbol.asyncDispose](): Promise<void>;
}

export function ok(data: unknown, headers: Record<string, string> = {}): Answer {
  return { status: 200, body: { result: { data: serialize(data) } }, headers };
}

/** An error as the API writes it. */
export function refusal(code: ErrorCode, extra: { retryAfterMs?: number } = {}): Answer {
  const { httpStatus, retryable } = errorCodes[code];
  const data = { code: "X", httpStatus, appCode: code, retryable, requestId: "req-1", ...extra };
  return {
    status: httpStatus,
    body: { error: serialize({ message: code, code: -32000, data }) },
  };
}

export function cutConnection(request: IncomingMessage): void {
  request.socket.destroy();
}

/**
 * A real HTTP server that answers calls of the client by script, with the API's envelope. `react` is asked per call; a
 * batch is answered together, and with the status of its first call, or 207 if they differ.
 */
export async function startFakeApi(
  react: (call: SeenCall, nth: number) => Reaction | Promise<Reaction>,
): Promise<FakeApi> {
  const calls: SeenCall[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void serve(request, response);
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { body, batch, paths, inputs, url } = await readCalls(request);
    const reactions: Reaction[] = [];
    for (const [index, path] of paths.entries()) {
      const call: SeenCall = {
        path,
        url,
        method: request.method ?? "",
        authorization: request.headers.authorization,
        input: batch ? inputs(index) : body,
        atMs: performance.now(),
      };
      calls.push(call);
      reactions.push(await react(call, calls.filter((seen) => seen.path === path).length));
    }
    const special = reactions.find((reaction) => typeof reaction === "function");
    if (special !== undefined) {
      await special(request, response);
      return;
    }
    const answers = reactions as Answer[];
    const [first] = answers;
    const status = answers.every((answer) => answer.status === first?.status) ? first?.status : 207;
    const foreign = typeof first?.body === "string";
    const type = foreign ? "text/html" : "application/json";
    response.writeHead(status ?? 500, { "content-type": type, ...first?.headers });
    const text = batch && !foreign ? answers.map((answer) => answer.body) : first?.body;
    response.end(typeof text === "string" ? text : JSON.stringify(text));
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    requestCount: () => requests,
    callsOf: (path) => calls.filter((call) => call.path === path),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readCalls(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const url = request.url ?? "";
  const parsed = new URL(url, "http://localhost");
  const batch = parsed.searchParams.get("batch") === "1";
  const sent = JSON.parse(parsed.searchParams.get("input") ?? "{}") as Record<string, never>;
  const read = (value: unknown): unknown =>
    value === undefined ? undefined : deserialize(value as never);
  return {
    url,
    batch,
    paths: parsed.pathname.replace("/trpc/", "").split(","),
    inputs: (index: number) => read(sent[String(index)]),
    body: text === "" ? undefined : read(JSON.parse(text)),
  };
}
