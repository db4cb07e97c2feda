import { describe, expect, test } from "vitest";
import { bearerToken } from "../../src/http/answer-trpc.ts";
import { clientAddress } from "@revio-wallet/web-server/guard-http-server";
import { corsHeaders, preflightResponse } from "../../src/http/cors.ts";
import { operatorCredentials } from "../../src/http/operator-credentials.ts";
import { readJsonBytes } from "@revio-wallet/web-server/read-body";
import { requestIdOf } from "../../src/http/request-id.ts";

function streamed(chunks: Uint8Array<ArrayBuffer>[], headers: Record<string, string> = {}) {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const chunk = chunks[pulled++];
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  const request = {
    headers: new Headers({ "content-type": "application/json", ...headers }),
    body,
  };
  return { request, pulled: () => pulled };
}

describe("readJsonBytes", () => {
  test("gives the bytes exactly as they came, also NUL and invalid UTF-8", async () => {
    const parts = [Uint8Array.of(0x7b, 0, 0xff), Uint8Array.of(0xfe, 0x7d)];
    const read = await readJsonBytes(streamed(parts).request, 100);
    expect(read).toEqual({ bytes: Buffer.from([0x7b, 0, 0xff, 0xfe, 0x7d]) });
  });

  test("takes exactly the limit and refuses one byte more", async () => {
    expect(await readJsonBytes(streamed([new Uint8Array(100)]).request, 100)).toHaveProperty(
      "bytes",
    );
    expect(await readJsonBytes(streamed([new Uint8Array(101)]).request, 100)).toEqual({
      refused: "too_large",
    });
  });

  test("stops reading half a megabyte after the limit when the length header is missing or lies", async () => {
    const endless = Array.from({ length: 1_000 }, () => new Uint8Array(64 * 1024));
    const { request, pulled } = streamed(endless, { "content-length": "10" });
    expect(await readJsonBytes(request, 100)).toEqual({ refused: "too_large" });
    expect(pulled()).toBe(9);
  });

  test("reads a little too much to its end, so that the sender sees the refusal", async () => {
    const { request, pulled } = streamed([new Uint8Array(80), new Uint8Array(80)]);
    expect(await readJsonBytes(request, 100)).toEqual({ refused: "too_large" });
    expect(pulled()).toBe(3);
  });

  test("does not read at all what says itself that it is too large", async () => {
    const { request, pulled } = streamed([new Uint8Array(5)], { "content-length": "20000000" });
    expect(await readJsonBytes(request, 100)).toEqual({ refused: "too_large" });
    expect(pulled()).toBe(0);
  });

  test.each(["gzip", "br", "deflate, gzip"])("refuses content encoding %s", async (encoding) => {
    const { request } = streamed([new Uint8Array(5)], { "content-encoding": encoding });
    expect(await readJsonBytes(request, 100)).toEqual({ refused: "encoded" });
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    'Application/JSON;charset="UTF-8"',
  ])("takes content type %s", async (type) => {
    const { request } = streamed([], { "content-type": type });
    expect(await readJsonBytes(request, 100)).toEqual({ bytes: Buffer.alloc(0) });
  });

  test.each([
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/json; charset=utf-7",
    "application/json, text/plain",
    "application/jsonl",
    "",
  ])("refuses content type %j", async (type) => {
    const { request } = streamed([], { "content-type": type });
    expect(await readJsonBytes(request, 100)).toEqual({ refused: "wrong_type" });
  });
});

describe("CORS", () => {
  const allowed = ["https://app.example.com", "http://localhost:5173"];

  test("allows an origin of the list, by name", () => {
    const headers = corsHeaders("https://app.example.com", allowed);
    expect(headers["access-control-allow-origin"]).toBe("https://app.example.com");
    expect(headers["vary"]).toBe("Origin");
    expect(headers).not.toHaveProperty("access-control-allow-credentials");
  });

  test.each([
    null,
    "null",
    "*",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://app.example.com.evil.com",
    "https://evil-app.example.com",
    "https://xapp.example.com",
    "https://APP.example.com",
    "https://app.example.com/",
    "",
  ])("gives nothing to %j, but says that the answer depends on the origin", (origin) => {
    expect(corsHeaders(origin, allowed)).toEqual({ vary: "Origin" });
    const preflight = preflightResponse(origin, allowed);
    expect(preflight.status).toBe(204);
    expect([...preflight.headers.keys()]).toEqual(["vary"]);
  });

  test("answers a preflight with what may be sent", () => {
    const { headers } = preflightResponse("http://localhost:5173", allowed);
    expect(headers.get("access-control-allow-methods")).toBe("GET, POST");
    expect(headers.get("access-control-max-age")).toBe("86400");
    for (const name of ["authorization", "content-type", "trpc-accept", "last-event-id"]) {
      expect(headers.get("access-control-allow-headers")?.split(", ")).toContain(name);
    }
  });
});

describe("clientAddress", () => {
  test.each([
    ["1.1.1.1, 2.2.2.2", "9.9.9.9", 0, "9.9.9.9"],
    ["1.1.1.1, 2.2.2.2", "9.9.9.9", 1, "2.2.2.2"],
    ["1.1.1.1, 2.2.2.2", "9.9.9.9", 2, "1.1.1.1"],
    [undefined, "::1", 0, "::1"],
    ["2.2.2.2", undefined, 1, "2.2.2.2"],
    // Fewer entries than proxies: the request came around them.
    [undefined, "9.9.9.9", 1, "unknown"],
    ["evil'); --, 2.2.2.2", "9.9.9.9", 2, "unknown"],
  ])("of %j over %j with %i proxies is %j", (forwarded, socket, hops, expected) => {
    expect(clientAddress(forwarded, socket, hops)).toBe(expected);
  });
});

describe("requestIdOf", () => {
  test("keeps a harmless id", () => {
    expect(requestIdOf(new Headers({ "x-request-id": "abcDEF-_0123" }))).toBe("abcDEF-_0123");
  });

  test.each(["short", "x".repeat(65), "with space in it", "<script>alert", '"}, {"level":1', ""])(
    "replaces %j",
    (given) => {
      expect(requestIdOf(new Headers({ "x-request-id": given }))).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe("credentials", () => {
  const token = "0123456789abcdef0123456789abcdef";
  const operatorId = "01a20ae4-f77d-7027-91b9-e498c63715f2";

  test("a bearer token is read from its header only", () => {
    expect(bearerToken(new Headers({ authorization: "Bearer a.b-c_d" }))).toBe("a.b-c_d");
    expect(bearerToken(new Headers({ authorization: "bearer a.b" }))).toBe("a.b");
    for (const value of ["Basic a.b", "Bearer", "Bearer a b", "a.b"]) {
      expect(bearerToken(new Headers({ authorization: value }))).toBeUndefined();
    }
    expect(bearerToken(new Headers({ cookie: "authorization=Bearer a.b" }))).toBeUndefined();
  });

  test("who calls for operators needs the service token", () => {
    const headers = {
      authorization: `Bearer ${token}`,
      "x-operator-session": "abc",
      "x-operator-address": "192.0.2.7",
      "x-step-up-id": operatorId,
    };
    expect(operatorCredentials(new Headers(headers), token)).toEqual({
      kind: "operator",
      sessionToken: "abc",
      address: "192.0.2.7",
      stepUpId: operatorId,
    });
    const oddStepUp = new Headers({ ...headers, "x-step-up-id": "yes" });
    expect(operatorCredentials(oddStepUp, token)?.stepUpId).toBeUndefined();
    for (const wrong of [
      { ...headers, authorization: `Bearer ${token}x` },
      { ...headers, authorization: `Bearer ${token.slice(0, -1)}` },
      { ...headers, authorization: token },
      { "x-operator-session": "abc" },
    ]) {
      expect(operatorCredentials(new Headers(wrong), token)).toBeUndefined();
    }
  });
});
