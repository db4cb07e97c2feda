import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { StatementFile } from "../../src/statement-file.ts";
import {
  type ScriptedServer,
  type Step,
  hang,
  html,
  json,
  reset,
  startScriptedServer,
} from "../scripted-server.ts";
import { clientFor, errorOf } from "../fixtures.ts";

let api: ScriptedServer;
let store: ScriptedServer;
beforeAll(async () => {
  api = await startScriptedServer();
  store = await startScriptedServer();
});
afterAll(() => Promise.all([api.close(), store.close()]));
beforeEach(() => {
  api.requests.length = 0;
  store.requests.length = 0;
});

const client = (options = {}) =>
  clientFor(api.baseUrl, {
    downloadHosts: [new URL(store.origin).host],
    downloadTimeoutMs: 2_000,
    ...options,
  });
const url = () => `${store.origin}/statements/1.csv?X-Amz-Signature=abc`;

const csv =
  (...chunks: (string | Buffer)[]): Step =>
  async (response) => {
    response.writeHead(200, { "content-type": "text/csv" });
    for (const chunk of chunks) {
      response.write(chunk);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    response.end();
  };

async function linesOf(file: StatementFile): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of file.lines()) lines.push(line);
  return lines;
}

describe("companyStatements.download", () => {
  it("streams lines, whatever the chunks, and sends no key to the store", async () => {
    const euro = Buffer.from("€");
    store.script(csv("id,am", "ount\r", "\n1,", euro.subarray(0, 1), euro.subarray(1), "\n\nlast"));
    const file = await client().companyStatements.download(url());
    expect(file.contentType).toBe("text/csv");
    expect(await linesOf(file)).toEqual(["id,amount", "1,€", "", "last"]);
    expect(store.requests).toMatchObject([
      { method: "GET", url: "/statements/1.csv?X-Amz-Signature=abc" },
    ]);
    expect(store.requests[0]?.headers.authorization).toBeUndefined();
    expect(api.requests).toHaveLength(0);
  });

  it("gives the raw bytes once", async () => {
    store.script(csv("\ufeffa,b\r\n"));
    const file = await client().companyStatements.download(url());
    const chunks: Uint8Array[] = [];
    for await (const chunk of file.chunks()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString("utf8")).toBe("\ufeffa,b\r\n");
    await expect(linesOf(file)).rejects.toThrow("only once");
  });

  it("strips the byte-order mark from the first line, so that the header is found", async () => {
    store.script(csv("\ufeffid,amount\n"));
    expect(await linesOf(await client().companyStatements.download(url()))).toEqual(["id,amount"]);
  });

  it.each([
    "https://evil.example/file.csv",
    "http://169.254.169.254/latest/meta-data",
    "http://localhost/file.csv",
    "file:///etc/passwd",
    "nonsense",
  ])("fetches nothing from %s", async (foreign) => {
    const error = await errorOf(client().companyStatements.download(foreign));
    expect(error).toMatchObject({ code: "revio_invalid_request", effect: "none" });
  });

  it("fetches nothing over plain http when Revio is spoken to over https", async () => {
    const secure = clientFor("https://gate.example/api/v1/", {
      downloadHosts: [new URL(store.origin).host],
    });
    const error = await errorOf(secure.companyStatements.download(url()));
    expect(error.code).toBe("revio_invalid_request");
    expect(store.requests).toHaveLength(0);
  });

  it.each<[string, Step, string, number]>([
    ["an expired URL, which is no revoked key", html(403), "revio_rejected", 1],
    ["a missing file", html(404), "revio_rejected", 1],
    ["a redirect", html(302, { location: "http://127.0.0.1:9/" }), "revio_contract_violation", 1],
    ["a partial answer", json(206, "x"), "revio_contract_violation", 1],
    ["a login page", html(200), "revio_contract_violation", 1],
    ["a busy store", html(503), "revio_unavailable", 3],
    ["a store that limits", html(429), "revio_rate_limited", 3],
    ["a reset", reset, "revio_unavailable", 3],
    ["no answer", hang, "revio_unavailable", 3],
  ])("classes %s", async (_name, step, code, attempts) => {
    store.script(step);
    const downloadTimeoutMs = step === hang ? 150 : 4_000;
    const error = await errorOf(client({ downloadTimeoutMs }).companyStatements.download(url()));
    expect(error).toMatchObject({ code, effect: "none" });
    expect(store.requests).toHaveLength(attempts);
  });

  it("stops above the size limit", async () => {
    store.script(csv("x".repeat(600), "\n", "x".repeat(600)));
    const file = await client({ maxDownloadBytes: 1_000 }).companyStatements.download(url());
    const error = await errorOf(linesOf(file));
    expect(error).toMatchObject({ code: "revio_contract_violation", violation: "too_large" });
  });

  it("does not take a cut or stalled file for a whole one", async () => {
    store.script((response) => {
      response.writeHead(200, { "content-type": "text/csv", "content-length": "1000" });
      response.write("id,amount\n", () => response.socket?.destroy());
    });
    const cut = await errorOf(client().companyStatements.download(url()).then(linesOf));
    expect(cut).toMatchObject({ code: "revio_unavailable", reason: "connection_lost" });
    store.script((response) => {
      response.writeHead(200, { "content-type": "text/csv" });
      response.write("id,amount\n");
    });
    const stalled = await errorOf(
      client({ downloadTimeoutMs: 150 }).companyStatements.download(url()).then(linesOf),
    );
    expect(stalled).toMatchObject({ code: "revio_unavailable", reason: "timeout" });
  });

  it("leaves no timer behind that would hold up a shutdown", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    store.script(html(404));
    await errorOf(client().companyStatements.download(url()));
    const before = timers();
    store.script(csv("a\n"));
    for (let count = 0; count < 20; count += 1) {
      await linesOf(await client({ downloadTimeoutMs: 60_000 }).companyStatements.download(url()));
    }
    expect(timers()).toBeLessThan(before + 10);
  });

  it("closes the connection when the reader leaves early", async () => {
    let closed = false;
    store.script((response) => {
      response.writeHead(200, { "content-type": "text/csv" });
      const drip = setInterval(() => response.write("1,2\n"), 5);
      response.on("close", () => {
        closed = true;
        clearInterval(drip);
      });
    });
    const file = await client().companyStatements.download(url());
    for await (const line of file.lines()) {
      expect(line).toBe("1,2");
      break;
    }
    await expect.poll(() => closed).toBe(true);
  });
});
