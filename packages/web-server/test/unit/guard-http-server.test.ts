import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { guardHttpServer } from "../../src/guard-http-server.ts";

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
  expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 15_000]);
  isStopping = true;
  expect(await connectionAfter()).toBe("close");
  server.close();
  await once(server, "close");
  agent.destroy();
});

test("F50 whoever sends nothing, or slowly, is cut off, by the hundred; others are answered meanwhile", async () => {
  guardHttpServer({
    trustedProxyHops: 0,
    isStopping: () => false,
    patience: { headersMs: 3_000, requestMs: 3_000 },
  });
  const server = createServer({ connectionsCheckingInterval: 20 }, (request, response) => {
    request.resume().on("end", () => response.end("hello"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const honest = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } })).status;
  // The limits hold from the first request on, which in production is a probe's.
  expect(await honest()).toBe(200);

  const beginnings = [
    "",
    "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
  ];
  const cut = beginnings.flatMap((beginning) =>
    Array.from({ length: 100 }, async () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(beginning);
      const dribble = setInterval(() => beginning !== "" && socket.write("x"), 100);
      await once(socket.resume(), "close");
      clearInterval(dribble);
    }),
  );
  const allCut = Promise.all(cut).then(() => "cut");
  let answered = 0;
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  while ((await Promise.race([allCut, pause()])) !== "cut") {
    expect(await honest()).toBe(200);
    answered += 1;
  }
  expect(answered).toBeGreaterThan(1);
  server.close();
  await once(server, "close");
});
