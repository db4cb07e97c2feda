import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { guardHttpServer } from "../../src/http/client-address.ts";

test("once the process is stopping, an answer is the last on its connection", async () => {
  let isStopping = false;
  guardHttpServer({ trustedProxyHops: 0, isStopping: () => isStopping });
  const server = createServer((_, response) => response.end("hello"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // Asks again and again on one connection, as any client does.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const connectionAfter = async (): Promise<string | undefined> => {
    const [response] = (await once(get({ port, host: "127.0.0.1", agent }), "response")) as [
      IncomingMessage,
    ];
    response.resume();
    await once(response, "end");
    return response.headers.connection;
  };
  expect(await connectionAfter()).toBe("keep-alive");
  isStopping = true;
  expect(await connectionAfter()).toBe("close");
  server.close();
  await once(server, "close");
  agent.destroy();
});
