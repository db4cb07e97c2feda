import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { findFreePort } from "../../src/free-port.ts";

const servers: Server[] = [];

function occupy(host: string, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once("error", reject);
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

describe("findFreePort", () => {
  it("takes the preferred port and stays silent when it is free", async () => {
    const free = await findFreePort(0);
    const said: number[] = [];
    expect(await findFreePort(free, { onBusy: (port) => said.push(port) })).toBe(free);
    expect(said).toEqual([]);
  });

  it.each(["127.0.0.1", "0.0.0.0"])("passes over a port taken on %s and says so", async (host) => {
    const busy = await occupy(host);
    const said: [number, number][] = [];
    const port = await findFreePort(busy, { onBusy: (from, to) => said.push([from, to]) });
    expect(port).toBeGreaterThan(busy);
    expect(said).toEqual([[busy, port]]);
  });

  it("passes over ports promised to others", async () => {
    const free = await findFreePort(0);
    expect(await findFreePort(free, { reserved: new Set([free]) })).toBeGreaterThan(free);
  });

  it("explains itself when every port it may try is taken", async () => {
    const busy = await occupy("127.0.0.1");
    await expect(findFreePort(busy, { attempts: 0 })).rejects.toThrow(/No free port between/);
  });

  it("returns a port that a server can really use", async () => {
    const port = await findFreePort(0);
    expect(await occupy("127.0.0.1", port)).toBe(port);
  });
});
