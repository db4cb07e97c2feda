import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectBooksToAgree } from "./support/books-agree.ts";
import { database } from "./support/database.ts";
import { newPerson, type Person } from "./support/people.ts";
import { asInput } from "./support/send-raw.ts";
import { stack } from "./support/stack.ts";
import { headersOf } from "./support/wallet-client.ts";

const allowed = "http://localhost:5173";

/** Look like the allowed origin, or like nothing. */
const refused = [
  "null",
  "https://localhost:5173",
  "http://localhost:5174",
  "http://localhost",
  "http://localhost:51730",
  "http://localhost:5173.evil.example",
  "http://evil.example?http://localhost:5173",
  "http://evil-localhost:5173",
  "http://sub.localhost:5173",
  "http://localhost:5173@evil.example",
  "http://LOCALHOST:5173",
  "http://localhost:5173/",
  "http://127.0.0.1:5173",
  "*",
  `${allowed}, https://evil.example`,
  "https://evil.example",
];

let person: Person;

beforeAll(async () => {
  person = await newPerson();
});
afterAll(async () => {
  await expectBooksToAgree();
  await database.end();
});

const balanceUrl = () => {
  const url = new URL("/trpc/balance.get", stack.apiUrl);
  url.searchParams.set("input", asInput({ currency: "ZAR" }));
  return url;
};

function read(origin?: string): Promise<Response> {
  const from = origin === undefined ? {} : { origin };
  return fetch(balanceUrl(), { headers: { ...headersOf(person), ...from } });
}

function preflight(origin: string, method = "POST"): Promise<Response> {
  return fetch(balanceUrl(), {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "authorization,content-type",
    },
  });
}

const corsOf = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith("access-control-"));

describe("S69 PC21 PC22 other origins", () => {
  test("the allowed one may read answers and our headers, without credentials", async () => {
    const { headers, status } = await read(allowed);
    expect(status).toBe(200);
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("access-control-expose-headers")).toMatch(/x-request-id.*retry-after/);
    expect(headers.get("vary")).toMatch(/origin/i);
  });

  test("errors can be read as well", async () => {
    const response = await fetch(balanceUrl(), { headers: { origin: allowed } });
    expect(response.status).toBe(401);
    expect(response.headers.get("access-control-allow-origin")).toBe(allowed);
  });

  test.each(refused)("%s may not read anything", async (origin) => {
    const response = await read(origin);
    expect(corsOf(response)).toEqual([]);
    expect(response.headers.get("vary")).toMatch(/origin/i);
  });

  test("a preflight from the allowed one is granted for a day", async () => {
    const { status, headers } = await preflight(allowed);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(allowed);
    expect(headers.get("access-control-allow-methods")).toBe("GET, POST");
    const granted = headers.get("access-control-allow-headers") ?? "";
    for (const name of ["authorization", "content-type", "trpc-accept", "last-event-id"]) {
      expect(granted).toContain(name);
    }
    expect(granted).not.toContain("*");
    expect(headers.get("access-control-max-age")).toBe("86400");
    expect(headers.get("vary")).toMatch(/origin/i);
  });

  test.each(refused)("a preflight from %s is granted nothing", async (origin) => {
    expect(corsOf(await preflight(origin))).toEqual([]);
  });

  test("webhooks and the operators' procedures answer no browser", async () => {
    for (const path of ["/webhooks/revio", "/internal/trpc/user.suspend", "/health/ready"]) {
      for (const method of ["OPTIONS", "POST", "GET"]) {
        const response = await fetch(new URL(path, stack.apiUrl), {
          method,
          headers: { origin: allowed, "access-control-request-method": "POST" },
        });
        expect(corsOf(response)).toEqual([]);
      }
    }
  });
});

describe("S66 S67 S68 S76 headers of every answer", () => {
  test.each([
    ["/trpc/balance.get", "GET"],
    ["/trpc/user.register", "POST"],
    ["/trpc/nothing", "GET"],
    ["/trpc/balance.get", "OPTIONS"],
    ["/trpc/balance.get", "DELETE"],
    ["/internal/trpc/user.suspend", "POST"],
    ["/webhooks/revio", "POST"],
    ["/health/live", "GET"],
    ["/health/ready", "GET"],
    ["/", "GET"],
    ["/no/such/place", "GET"],
    ["/_next/static/nothing.js", "GET"],
  ])("%s by %s", async (path, method) => {
    const { headers } = await fetch(new URL(path, stack.apiUrl), { method, redirect: "manual" });
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("strict-transport-security")).toMatch(/max-age=63072000/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toContain("no-store");
    for (const name of ["x-powered-by", "server", "set-cookie", "via", "etag"]) {
      expect(headers.get(name), name).toBeNull();
    }
  });

  test("tRPC's answers may be neither stored nor changed on the way, and name the request", async () => {
    const { headers } = await read();
    expect(headers.get("cache-control")).toBe("no-store, no-transform");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("server-timing")).toMatch(/^app;dur=\d/);
    expect(headers.get("content-type")).toContain("application/json");
  });

  test("S72 headers that steer Next.js from within are taken off at the door", async () => {
    const steering = {
      "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware",
      "x-nextjs-data": "1",
      "x-matched-path": "/internal/trpc/user.suspend",
      "x-invoke-path": "/internal/trpc/user.suspend",
      "next-router-state-tree": "[]",
      rsc: "1",
    };
    for (const path of ["/trpc/user.me", "/internal/trpc/user.suspend", "/"]) {
      const [plain, steered] = await Promise.all([
        fetch(new URL(path, stack.apiUrl)),
        fetch(new URL(path, stack.apiUrl), { headers: steering }),
      ]);
      const withoutId = async (response: Response) =>
        (await response.text()).replace(/"requestId":"[^"]*"/, "");
      expect(steered.status).toBe(plain.status);
      expect(await withoutId(steered)).toBe(await withoutId(plain));
    }
  });
});
