import { Agent, request as httpRequest } from "node:http";
import { gzipSync } from "node:zlib";
import { serialize } from "superjson";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { canary, expectCleanRefusal } from "./support/clean-refusal.ts";
import { countRows, database } from "./support/database.ts";
import { newPerson, type Person, password } from "./support/people.ts";
import { partnerProcedures } from "./support/procedures.ts";
import { asInput, sendRaw } from "./support/send-raw.ts";
import { stack } from "./support/stack.ts";
import { anyone, headersOf, readAnswer, someAddress } from "./support/wallet-client.ts";

let person: Person;

beforeAll(async () => {
  person = await newPerson();
});
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

const register = { path: "user.register", type: "mutation" } as const;
const balance = { path: "balance.get", type: "query" } as const;
const url = (path: string) => new URL(path, stack.apiUrl);

describe("S49 bodies", () => {
  const tooLarge = `{"json":{"email":"${canary}${"x".repeat(70_000)}"}}`;

  test("above 64 kB are refused, by their stated length", async () => {
    expectCleanRefusal(await sendRaw(register, tooLarge, anyone()), "PAYLOAD_TOO_LARGE");
  });

  test("above 64 kB are refused while they stream in, without a stated length", async () => {
    const chunk = Buffer.from("x".repeat(16_000));
    const body = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 20; part++) controller.enqueue(chunk);
        controller.close();
      },
    });
    const headers = { ...headersOf(anyone()), "content-type": "application/json" };
    const init = { method: "POST", headers, body, duplex: "half" };
    const answer = await readAnswer(await fetch(url("/trpc/user.register"), init));
    expect(answer.status).toBe(413);
    expectCleanRefusal(answer, "PAYLOAD_TOO_LARGE");
  });

  test("S87 what is left of a refused body is not taken for the next request on the connection", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (path: string, chunks: number) =>
      new Promise<number | undefined>((resolve, reject) => {
        const method = chunks === 0 ? "GET" : "POST";
        const headers = { "content-type": "application/json" };
        const outgoing = httpRequest(url(path), { agent, method, headers });
        outgoing.on("error", reject);
        outgoing.on("response", (incoming) => {
          incoming.resume().on("end", () => resolve(incoming.statusCode));
        });
        for (let chunk = 0; chunk < chunks; chunk++) outgoing.write("x".repeat(16_000));
        outgoing.end();
      });
    for (const path of ["/trpc/user.register", "/webhooks/revio"]) {
      expect(await send(path, 20)).toBe(413);
      expect(await send("/health/live", 0)).toBe(200);
    }
    agent.destroy();
  });

  test("F49 a body that is shorter than it says is given up, and the process goes on", async () => {
    const status = await new Promise<number | undefined>((resolve) => {
      const outgoing = httpRequest(url("/trpc/user.register"), {
        method: "POST",
        headers: { "content-type": "application/json", "content-length": 500 },
      });
      outgoing.on("response", (incoming) => resolve(incoming.statusCode));
      outgoing.on("error", () => resolve(undefined));
      outgoing.write('{"json":');
      setTimeout(() => outgoing.destroy(), 300);
    });
    expect([undefined, 400]).toContain(status);
    expect((await fetch(url("/health/ready"))).status).toBe(200);
  });

  test("F49 a body with a million keys is refused by size, not parsed", async () => {
    const keys = Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":1`).join(",");
    const answer = await sendRaw(register, `{"json":{${keys}}}`, anyone());
    expectCleanRefusal(answer, "PAYLOAD_TOO_LARGE");
  });
});

describe("S48 content types and encodings", () => {
  const body = asInput({ email: "a@example.com", fullName: "A", password });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-7",
    "application/json; charset=utf-16",
    "application/jsonp",
    "application/octet-stream",
    "",
  ])("%j is refused", async (contentType) => {
    const headers = { "content-type": contentType };
    const answer = await sendRaw(register, body, anyone(), headers);
    expect(answer.status).toBe(415);
    expectCleanRefusal(answer, "UNSUPPORTED_MEDIA_TYPE");
  });

  test.each(["gzip", "br", "deflate", "identity, gzip"])(
    "content encoding %s is refused",
    async (encoding) => {
      const response = await fetch(url("/trpc/user.register"), {
        method: "POST",
        headers: {
          ...headersOf(anyone()),
          "content-type": "application/json",
          "content-encoding": encoding,
        },
        body: gzipSync(body),
      });
      expect(response.status).toBe(415);
      expectCleanRefusal(await readAnswer(response), "UNSUPPORTED_MEDIA_TYPE");
    },
  );
});

describe("methods and addresses", () => {
  test.each(partnerProcedures.map(({ path, type }) => [path, type] as const))(
    "%s: a %s is not to be called with the other method",
    async (path, type) => {
      const before = await countRows();
      const other = type === "mutation" ? "query" : "mutation";
      const answer = await sendRaw({ path, type: other }, asInput({}), person);
      expectCleanRefusal(answer, "INVALID_INPUT", "NOT_FOUND");
      expect(await countRows()).toEqual(before);
    },
  );

  test.each(["PUT", "PATCH", "DELETE"])("%s is no method of ours", async (method) => {
    const response = await fetch(url("/trpc/balance.get"), { method });
    expect(response.status).toBe(405);
    expect(await response.text()).not.toMatch(/next|stack|at /i);
  });

  test.each([
    "deposit.approve",
    "nothing",
    "__proto__",
    "constructor",
    "user.__proto__",
    "toString",
    "withdrawal.decide",
    "user.suspend",
    "_def",
    "a".repeat(2_000),
  ])("%s is no procedure", async (path) => {
    for (const type of ["query", "mutation"] as const) {
      expectCleanRefusal(await sendRaw({ path, type }, asInput({}), person), "NOT_FOUND");
    }
  });

  test.each([
    "/",
    "/trpc",
    "/trpc/",
    "/trpc/a/b",
    "/api/trpc/balance.get",
    "/admin",
    "/metrics",
    "/.env",
    "/.git/config",
    "/webhooks",
    "/internal",
    "/internal/trpc",
    "/trpc-panel",
    "/openapi.json",
  ])("S86 %s leads nowhere", async (path) => {
    const response = await fetch(url(path), { redirect: "manual" });
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/<html|next|stack/i);
  });

  test.each(["/_next/image?url=/x&w=64&q=75", "/_next/data/build/index.json", "/_next/static/"])(
    "S77 %s: what Next.js offers by itself is off",
    async (path) => {
      expect((await fetch(url(path), { redirect: "manual" })).status).toBe(404);
    },
  );

  test("an address longer than the server reads is refused", async () => {
    const response = await fetch(url(`/trpc/balance.get?input=${"x".repeat(20_000)}`));
    expect([414, 431]).toContain(response.status);
  });
});

describe("batches", () => {
  const batch = async (paths: string[], inputs: object, init: RequestInit = {}) => {
    const address = url(`/trpc/${paths.join(",")}?batch=1`);
    if (init.method !== "POST") address.searchParams.set("input", JSON.stringify(inputs));
    return fetch(address, {
      ...init,
      headers: { ...headersOf(person), "content-type": "application/json" },
    });
  };
  const currency = serialize({ currency: "ZAR" });

  test("of ten queries are answered", async () => {
    const paths = Array.from({ length: 10 }, () => "balance.get");
    const response = await batch(paths, Object.fromEntries(paths.map((_, at) => [at, currency])));
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveLength(10);
  });

  test("S104 of eleven calls are refused", async () => {
    const paths = Array.from({ length: 11 }, () => "balance.get");
    const response = await batch(paths, Object.fromEntries(paths.map((_, at) => [at, currency])));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('"appCode":"INVALID_INPUT"');
  });

  test("PC11 of two mutations are refused, and neither is done", async () => {
    const before = await countRows();
    const inputs = { 0: serialize({ password }), 1: serialize({ password }) };
    const init = { method: "POST", body: JSON.stringify(inputs) };
    const response = await batch(["totp.start", "totp.start"], inputs, init);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('"appCode":"INVALID_INPUT"');
    expect(await countRows()).toEqual(before);
  });

  test("one bad call does not spoil the others", async () => {
    const response = await batch(["balance.get", "balance.get"], {
      0: currency,
      1: serialize({ currency: canary }),
    });
    expect(response.status).toBe(207);
    const text = await response.text();
    expect(text).toContain('"availableMinor"');
    expect(text).toContain('"appCode":"INVALID_INPUT"');
    expect(text).not.toContain(canary);
  });
});

describe("PC74 request ids", () => {
  const idFor = async (given: string) => {
    const answer = await sendRaw(balance, asInput({ currency: "ZAR" }), person, {
      "x-request-id": given,
    });
    return answer.headers.get("x-request-id");
  };

  test("one of the caller's is kept, and stands in the log", async () => {
    expect(await idFor("checkout-page-0042")).toBe("checkout-page-0042");
  });

  test.each([
    "short",
    "a b c d e f g h",
    '{"level":"fatal"}',
    "x".repeat(65),
    "\u001b[31mred-alert",
  ])("S58 %j could be something else in a log, and is replaced", async (given) => {
    expect(await idFor(encodeURI(given))).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("S104 limits", () => {
  test("many tries to sign in from one address: refused with Retry-After, others unaffected", async () => {
    const address = someAddress();
    const signIn = { path: "session.signIn", type: "mutation" } as const;
    // Wrong in a way that costs no password hashing would not be counted: real tries of unknown users.
    const tries = Array.from({ length: 75 }, (_, at) =>
      asInput({ email: `nobody-${at}@example.com`, password: "x" }),
    );
    const answers = [];
    for (const text of tries) answers.push(await sendRaw(signIn, text, { address }));
    const limited = answers.filter(({ error }) => error?.appCode === "RATE_LIMITED");
    expect(answers.slice(0, 60).map(({ error }) => error?.appCode)).toEqual(
      Array.from({ length: 60 }, () => "INVALID_CREDENTIALS"),
    );
    expect(limited).toHaveLength(15);
    for (const answer of limited) {
      expect(answer.status).toBe(429);
      expectCleanRefusal(answer, "RATE_LIMITED");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(answer.error?.retryAfterMs).toBeGreaterThan(0);
    }
    const { email } = person;
    const other = await sendRaw(signIn, asInput({ email, password }), anyone());
    expect(other.status).toBe(200);
  });

  test("S06 guessing one password: each failure after the fifth makes the next wait, on whatever address", async () => {
    const victim = await newPerson();
    const signIn = { path: "session.signIn", type: "mutation" } as const;
    const codes = [];
    for (let guess = 0; guess < 8; guess++) {
      const text = asInput({ email: victim.email, password: `guess number ${guess}` });
      codes.push((await sendRaw(signIn, text, anyone())).error?.appCode);
    }
    expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "INVALID_CREDENTIALS"));
    expect(codes.slice(5)).toContain("RATE_LIMITED");
    expect((await sendRaw(balance, asInput({ currency: "ZAR" }), victim)).status).toBe(200);
  });

  test("the eleventh registration of an hour from one address is refused", async () => {
    const address = someAddress();
    const codes = [];
    for (let number = 0; number < 11; number++) {
      // Refused for its password, so that nothing is hashed; counted all the same.
      const text = asInput({ email: `a${number}@example.com`, fullName: "Abc", password: "short" });
      codes.push((await sendRaw(register, text, { address })).error?.appCode);
    }
    expect(codes.at(-1)).toBe("RATE_LIMITED");
    expect(new Set(codes.slice(0, 10))).toEqual(new Set(["INVALID_INPUT"]));
  });

  test("S53 an address that the caller puts in front of the proxy's entry does not help", async () => {
    const real = someAddress();
    const codes = [];
    for (let number = 0; number < 11; number++) {
      const text = asInput({ email: `b${number}@example.com`, fullName: "Abc", password: "short" });
      const forged = { "x-forwarded-for": `${someAddress()}, ${real}` };
      codes.push((await sendRaw(register, text, anyone(), forged)).error?.appCode);
    }
    expect(codes.at(-1)).toBe("RATE_LIMITED");
  });
});
