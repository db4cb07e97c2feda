import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, type Socket, createServer } from "node:net";
import { setDefaultCACertificates } from "node:tls";

import { afterEach, describe, expect, it } from "vitest";

import type { RevioUnavailable } from "../../src/errors.ts";
import { classifyNetworkFailure } from "../../src/network-failure.ts";
import { makeCertificate } from "../certificate.ts";
import { empty, hang, html, json, startScriptedServer } from "../scripted-server.ts";
import { clientFor, errorOf, fixture, NEW_PAYOUT, PAYOUT_ID } from "../fixtures.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function scripted() {
  const server = await startScriptedServer();
  closers.push(() => server.close());
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Counts what reaches the server after the TLS handshake: must stay empty. */
async function tlsServer(certificate: { cert: string; key: string }) {
  const received: string[] = [];
  const server = createHttpsServer(certificate, (request, response) => {
    received.push(request.url ?? "");
    response.end("{}");
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `https://127.0.0.1:${port}/api/v1/`, received };
}

describe("a connection that is refused", () => {
  it("is the only case in which a POST is repeated, and nothing was sent", async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}/api/v1/`;
    const waits: number[] = [];
    const client = clientFor(baseUrl, {
      random: () => 0.5,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    const error = await errorOf(client.payouts.create(NEW_PAYOUT));
    expect(error).toMatchObject({
      code: "revio_unavailable",
      effect: "none",
      reason: "refused",
      networkCode: "ECONNREFUSED",
    });
    expect(waits).toEqual([100, 200]);
  });

  it("is repeated until the server is up, and the POST then arrives once", async () => {
    const server = await scripted();
    server.script(json(201, fixture("payout.created", server.origin)));
    const down = Object.assign(new Error("connect ECONNREFUSED"), {
      code: "ECONNREFUSED",
      syscall: "connect",
    });
    let calls = 0;
    const client = clientFor(server.baseUrl, {
      fetch: (...input) => {
        calls += 1;
        return calls < 3
          ? Promise.reject(new TypeError("fetch failed", { cause: down }))
          : fetch(...input);
      },
    });
    expect((await client.payouts.create(NEW_PAYOUT)).id).toBe(PAYOUT_ID);
    expect(calls).toBe(3);
    expect(server.requests).toHaveLength(1);
  });

  it("F17 covers names that do not resolve", async () => {
    const client = clientFor("https://gate.invalid/api/v1/", { timeoutMs: 10_000 });
    const error = (await errorOf(client.payouts.create(NEW_PAYOUT))) as RevioUnavailable;
    expect(error).toMatchObject({ code: "revio_unavailable", effect: "none", reason: "refused" });
    expect(["ENOTFOUND", "EAI_AGAIN"]).toContain(error.networkCode);
  });
});

describe("F17 a certificate that we refuse", () => {
  const past = new Date("2020-01-01T00:00:00Z");
  const ended = new Date("2021-01-01T00:00:00Z");
  const future = new Date("2120-01-01T00:00:00Z");

  it.each([
    ["self-signed", past, future, false, "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["expired", past, ended, true, "CERT_HAS_EXPIRED"],
    ["for another host", past, future, true, "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])(
    "because it is %s, means that nothing was sent",
    async (_name, from, to, isTrusted, networkCode) => {
      const certificate = makeCertificate("gate.example", from, to);
      if (isTrusted) setDefaultCACertificates([certificate.cert]);
      const server = await tlsServer(certificate);
      let attempts = 0;
      const client = clientFor(server.baseUrl, { onRequest: () => (attempts += 1) });
      const error = await errorOf(client.payouts.create(NEW_PAYOUT));
      expect(attempts).toBe(1);
      expect(error).toMatchObject({
        code: "revio_unavailable",
        effect: "none",
        reason: "not_sent",
        networkCode,
      });
      expect(server.received).toEqual([]);
    },
  );
});

describe("a server that accepts and closes at once", () => {
  it("leaves a POST unknown and a read unavailable", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    const client = clientFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/`);
    const write = await errorOf(client.payouts.create(NEW_PAYOUT));
    expect(write).toMatchObject({ code: "revio_outcome_unknown", reason: "connection_lost" });
    expect(sockets).toHaveLength(1);
    const read = await errorOf(client.payouts.get(PAYOUT_ID));
    expect(read).toMatchObject({ code: "revio_unavailable", reason: "connection_lost" });
    expect(sockets).toHaveLength(4);
  });
});

describe("classifyNetworkFailure", () => {
  const failure = (facts: object) =>
    new TypeError("fetch failed", { cause: Object.assign(new Error(), facts) });

  it("calls nothing unsent without proof", () => {
    const unproven = [
      failure({ code: "ECONNRESET", syscall: "read" }),
      failure({ code: "EPIPE", syscall: "write" }),
      failure({ code: "ETIMEDOUT", syscall: "read" }),
      failure({ code: "EHOSTUNREACH", syscall: "read" }),
      failure({ code: "ECONNREFUSED" }),
      failure({ code: "UND_ERR_SOCKET" }),
      failure({ code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" }),
      failure({}),
      new Error("anything"),
      "text",
      null,
    ];
    for (const thrown of unproven) {
      expect(classifyNetworkFailure(thrown).reason).toBe("connection_lost");
    }
  });

  it("takes several addresses as refused only when each was", () => {
    const refused = { code: "ECONNREFUSED", syscall: "connect" };
    const unreachable = { code: "ENETUNREACH", syscall: "connect" };
    const broken = { code: "ECONNRESET", syscall: "read" };
    const of = (...errors: object[]) =>
      classifyNetworkFailure(failure({ code: "ECONNREFUSED", errors })).reason;
    expect(of(refused, refused)).toBe("refused");
    expect(of(refused, unreachable)).toBe("not_sent");
    expect(of(refused, broken)).toBe("connection_lost");
  });
});

describe("repeats and limits", () => {
  it("repeats a read with full jitter and then gives the answer", async () => {
    const server = await scripted();
    server.script(html(503), html(502), json(200, fixture("payout.success", server.origin)));
    const waits: number[] = [];
    const client = clientFor(server.baseUrl, {
      random: () => 0.999,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    expect((await client.payouts.get(PAYOUT_ID)).status).toBe("success");
    expect(waits).toEqual([199, 399]);
    expect(server.requests).toHaveLength(3);
  });

  it("makes as many attempts as configured, not one more", async () => {
    const server = await scripted();
    server.script(html(503));
    const client = clientFor(server.baseUrl, { retry: { maxAttempts: 5 } });
    await errorOf(client.payouts.get(PAYOUT_ID));
    expect(server.requests).toHaveLength(5);
    await errorOf(client.payouts.create(NEW_PAYOUT));
    expect(server.requests).toHaveLength(6);
  });

  it("takes 404 as done when an earlier attempt of the same DELETE went unanswered", async () => {
    const server = await scripted();
    const missing = json(404, { __all__: [{ code: "not_found", message: "Not found." }] });
    server.script(html(502), missing);
    await clientFor(server.baseUrl).webhooks.remove(PAYOUT_ID);
    expect(server.requests.map((request) => request.method)).toEqual(["DELETE", "DELETE"]);
    server.script(missing);
    const error = await errorOf(clientFor(server.baseUrl).webhooks.remove(PAYOUT_ID));
    expect(error).toMatchObject({ code: "revio_rejected", httpStatus: 404 });
  });

  it("does not take a portal's page for a DELETE", async () => {
    const server = await scripted();
    server.script(html(200));
    const error = await errorOf(clientFor(server.baseUrl).webhooks.remove(PAYOUT_ID));
    expect(error).toMatchObject({ code: "revio_contract_violation", violation: "not_json" });
    server.script(empty(204));
    await clientFor(server.baseUrl).webhooks.remove(PAYOUT_ID);
  });

  it("ends a body that drips for ever", async () => {
    const server = await scripted();
    server.script((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    const client = clientFor(server.baseUrl, { timeoutMs: 200 });
    const startedMs = performance.now();
    const error = await errorOf(client.payouts.create(NEW_PAYOUT));
    expect(error).toMatchObject({ code: "revio_outcome_unknown", reason: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  it("refuses a small gzip that unfolds above the limit", async () => {
    const { gzipSync } = await import("node:zlib");
    const server = await scripted();
    const bomb = gzipSync(Buffer.alloc(20_000_000, " "));
    server.script((response) => {
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      response.writeHead(200, headers).end(bomb);
    });
    const error = await errorOf(clientFor(server.baseUrl).balance.get());
    expect(bomb.length).toBeLessThan(100_000);
    expect(error).toMatchObject({ code: "revio_contract_violation", violation: "too_large" });
  });

  it("sends nothing for a signal that is already aborted", async () => {
    const server = await scripted();
    server.script(json(201, fixture("payout.created", server.origin)));
    const signal = AbortSignal.abort();
    const error = await errorOf(clientFor(server.baseUrl).payouts.create(NEW_PAYOUT, { signal }));
    expect(error).toMatchObject({ code: "revio_unavailable", reason: "aborted", effect: "none" });
    expect(server.requests).toHaveLength(0);
  });

  it("leaves a POST unknown, and ends a read, when the caller aborts in flight", async () => {
    const server = await scripted();
    server.script(hang);
    const client = clientFor(server.baseUrl);
    const soon = () => ({ signal: AbortSignal.timeout(100) });
    const write = await errorOf(client.payouts.create(NEW_PAYOUT, soon()));
    expect(write).toMatchObject({ code: "revio_outcome_unknown", reason: "aborted" });
    const read = await errorOf(client.payouts.get(PAYOUT_ID, soon()));
    expect(read).toMatchObject({ code: "revio_unavailable", reason: "aborted" });
    expect(server.requests).toHaveLength(2);
  });

  it("stops waiting when the caller aborts during the pause", async () => {
    const server = await scripted();
    server.script(json(503, {}, { "retry-after": "5" }));
    const controller = new AbortController();
    const sleep = (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("aborted")));
        controller.abort();
      });
    const waiting = clientFor(server.baseUrl, { sleep });
    const error = await errorOf(waiting.payouts.get(PAYOUT_ID, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "revio_unavailable", httpStatus: 503 });
    expect(server.requests).toHaveLength(1);
  });
});
