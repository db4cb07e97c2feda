import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { CommitWatcher } from "../../src/proxy/commit-watcher.ts";
import { startFaultProxy, type FaultProxy } from "../../src/proxy/fault-proxy.ts";

const startup = frame("", Buffer.from([0, 3, 0, 0, 0]));

function frame(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

function query(text: string): Buffer {
  return frame("Q", Buffer.from(`${text}\0`));
}

describe("the watcher sees a COMMIT", () => {
  const sees = (...chunks: Buffer[]): boolean[] => {
    const watcher = new CommitWatcher();
    watcher.sees(startup);
    return chunks.map((chunk) => watcher.sees(chunk));
  };

  test("as a simple query, as a Parse, at the end of several statements", () => {
    expect(sees(query("COMMIT"))).toEqual([true]);
    expect(sees(query(" commit; "))).toEqual([true]);
    expect(sees(query("BEGIN; UPDATE t SET a = 1; COMMIT"))).toEqual([true]);
    expect(sees(frame("P", Buffer.from("name\0COMMIT\0\0\0")))).toEqual([true]);
  });

  test("cut into single bytes, after other messages", () => {
    const bytes = Buffer.concat([query("SELECT 1"), query("COMMIT")]);
    const seen = sees(...Array.from(bytes, (byte) => Buffer.from([byte])));
    expect(seen.lastIndexOf(true)).toBe(bytes.length - 1);
    expect(seen.filter(Boolean)).toHaveLength(1);
  });

  test("and none where there is only the word", () => {
    expect(sees(query("INSERT INTO t VALUES ('COMMIT')"))).toEqual([false]);
    expect(sees(query("ROLLBACK"))).toEqual([false]);
    expect(sees(frame("B", Buffer.from("\0\0COMMIT\0")))).toEqual([false]);
  });

  test("and steps over the request for TLS that comes before the start", () => {
    const watcher = new CommitWatcher();
    const tls = Buffer.alloc(8);
    tls.writeInt32BE(8);
    tls.writeInt32BE(80_877_103, 4);
    expect([tls, startup, query("COMMIT")].map((chunk) => watcher.sees(chunk))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe("the proxy", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).toReversed()) await each.close();
  });

  /** Answers each message with its own bytes and notes what arrived. */
  async function echo(): Promise<{ port: number; arrived: () => string }> {
    let arrived = "";
    const server: Server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        arrived += chunk.toString("latin1");
        socket.write(chunk);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    open.push({ close: () => server.close() });
    return { port: (server.address() as AddressInfo).port, arrived: () => arrived };
  }

  async function proxyTo(
    target: () => number,
    protocol: "postgres" | "http" = "http",
  ): Promise<FaultProxy> {
    const proxy = await startFaultProxy({ target, protocol });
    open.push(proxy);
    return proxy;
  }

  async function client(proxy: FaultProxy): Promise<Socket> {
    const socket = connect(proxy.port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  }

  /** A reset is the point here: `once` would take it for a failure. */
  function closed(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      socket.on("close", () => resolve());
    });
  }

  async function ask(socket: Socket, message: Buffer | string): Promise<string> {
    socket.write(message);
    const [chunk] = (await once(socket, "data")) as [Buffer];
    return chunk.toString("latin1");
  }

  test("hands on, and leads new connections to a new target", async () => {
    const [first, second] = [await echo(), await echo()];
    let target = first.port;
    const proxy = await proxyTo(() => target);
    expect(await ask(await client(proxy), "one")).toBe("one");
    target = second.port;
    expect(await ask(await client(proxy), "two")).toBe("two");
    expect([first.arrived(), second.arrived()]).toEqual(["one", "two"]);
  });

  test("loses the answer to a COMMIT that the server gets", async () => {
    const server = await echo();
    const proxy = await proxyTo(() => server.port, "postgres");
    const socket = await client(proxy);
    await ask(socket, startup);
    proxy.loseCommits(1, "answer");
    socket.write(query("COMMIT"));
    await closed(socket);
    await expect.poll(() => server.arrived()).toContain("COMMIT");
    expect(proxy.lostCommits()).toBe(1);
    // Spent: the next one is answered.
    const next = await client(proxy);
    await ask(next, startup);
    expect(await ask(next, query("COMMIT"))).toContain("COMMIT");
  });

  test("loses a COMMIT that the server never gets", async () => {
    const server = await echo();
    const proxy = await proxyTo(() => server.port, "postgres");
    const socket = await client(proxy);
    await ask(socket, startup);
    proxy.loseCommits(1, "message");
    socket.write(query("COMMIT"));
    await closed(socket);
    // What comes later does arrive, so the lost one would have.
    const next = await client(proxy);
    await ask(next, startup);
    expect(server.arrived()).not.toContain("COMMIT");
  });

  test("holds everything back in a black hole, and delivers it afterwards, in order", async () => {
    const server = await echo();
    const proxy = await proxyTo(() => server.port);
    const socket = await client(proxy);
    await ask(socket, "before ");
    proxy.setLine({ kind: "black-hole" });
    socket.write("held ");
    socket.write("back");
    proxy.setLine({ kind: "slow", delayMs: 20 });
    await expect.poll(() => server.arrived()).toBe("before held back");
  });

  test("cuts in the middle of an answer", async () => {
    const server = await echo();
    const proxy = await proxyTo(() => server.port);
    const socket = await client(proxy);
    proxy.cutMidStream(1);
    expect(await ask(socket, "12345678")).toBe("1234");
    await closed(socket);
  });

  test("refuses: nobody listens, until it is clear again", async () => {
    const server = await echo();
    const proxy = await proxyTo(() => server.port);
    const socket = await client(proxy);
    proxy.setLine({ kind: "refuse" });
    await closed(socket);
    const refused = connect(proxy.port, "127.0.0.1");
    const [error] = (await once(refused, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
    proxy.setLine({ kind: "clear" });
    await expect
      .poll(async () => ask(await client(proxy), "again").catch(() => undefined))
      .toBe("again");
  });
});
