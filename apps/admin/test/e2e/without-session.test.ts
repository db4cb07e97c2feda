import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stack } from "./support/stack.ts";

const { consoleUrl } = stack;

/** Every page of the console as its files say, with made-up ids in it. */
async function consolePages(): Promise<string[]> {
  const folder = fileURLToPath(new URL("../../src/app/(console)", import.meta.url));
  const files = await readdir(folder, { recursive: true });
  return files
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, "")}`)
    .map((path) => path.replaceAll(/\[[^\]]+\]/g, "01a22890-b7f1-7e64-a67a-9f0374846768"));
}

const pages = await consolePages();

/** Ways in which servers of this kind have been talked into skipping a check. */
const disguises: [name: string, of: (path: string) => [path: string, headers: HeadersInit]][] = [
  ["as it is", (path) => [path, {}]],
  ["as a part of a page", (path) => [path, { rsc: "1", "next-router-prefetch": "1" }]],
  ["with .rsc", (path) => [`${path === "/" ? "/index" : path}.rsc`, { rsc: "1" }]],
  [
    "as if the proxy had run",
    (path) => [path, { "x-middleware-subrequest": Array(5).fill("src/proxy").join(":") }],
  ],
  ["by another name", (path) => ["/sign-in", { "x-matched-path": path, "x-invoke-path": path }]],
  ["as data", (path) => [`/_next/data/build${path === "/" ? "/index" : path}.json`, {}]],
  ["with a slash too many", (path) => [`/${path}`, {}]],
  [
    "with a made-up cookie",
    (path) => [path, { cookie: "wallet-console=eyJhbGciOiJkaXIifQ..a.b.c" }],
  ],
];

describe.each(pages)("%s", (path) => {
  test.each(disguises)("S82 without a session, %s: nothing of it", async (_, disguise) => {
    const [target, headers] = disguise(path);
    const answer = await fetch(`${consoleUrl}${target}`, { headers, redirect: "manual" });
    const body = await answer.text();
    expect(body).not.toContain('aria-label="Main"');
    expect(body).not.toContain("permissions");
    const leads = answer.headers.get("location") ?? "";
    const isSignIn = body.includes('autoComplete="current-password"');
    const isRefused =
      isSignIn ||
      answer.status === 404 ||
      leads.includes("/sign-in") ||
      body.includes("/sign-in") ||
      leads !== "";
    expect(isRefused, `${answer.status} ${leads}`).toBe(true);
  });
});

describe("answers", () => {
  test.each(["/sign-in", "/api/trpc/session.get", "/health/live"])(
    "%s has the headers that protect it",
    async (path) => {
      const { headers } = await fetch(`${consoleUrl}${path}`);
      expect(headers.get("content-security-policy")).toMatch(/script-src 'self' 'nonce-[^']{20,}'/);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("cache-control")).toContain("no-store");
      expect(headers.get("x-powered-by")).toBeNull();
    },
  );

  test("no two answers have the same nonce", async () => {
    const nonce = async () =>
      (await fetch(`${consoleUrl}/sign-in`)).headers.get("content-security-policy");
    expect(await nonce()).not.toBe(await nonce());
  });
});

describe("calls that another site's page makes", () => {
  const call = (path: string, headers: HeadersInit, body: object = {}) =>
    fetch(`${consoleUrl}${path}`, { method: "POST", headers, body: JSON.stringify(body) });

  test.each(["/api/trpc/outgoing.stop", "/api/factor", "/api/sign-out"])(
    "%s is refused",
    async (path) => {
      const json = { "content-type": "application/json" };
      expect((await call(path, { ...json, origin: "https://evil.example" })).status).toBe(403);
      expect((await call(path, json)).status).toBe(403);
      const crossSite = { ...json, origin: consoleUrl, "sec-fetch-site": "cross-site" };
      expect((await call(path, crossSite)).status).toBe(403);
    },
  );

  test.each(["/api/trpc/outgoing.stop", "/api/factor", "/api/export/transactions"])(
    "S49 %s takes no more than it needs, from nobody",
    async (path) => {
      const headers = { origin: consoleUrl, "content-type": "application/json" };
      const answer = await call(path, headers, { text: "x".repeat(300_000) });
      expect(answer.status).toBe(413);
    },
  );

  test.each([
    "session.start",
    "session.passFactor",
    "factor.finishTotp",
    "factor.get,session.start",
  ])("%s is not for browsers: its answer holds the session's token", async (path) => {
    const answer = await call(`/api/trpc/${path}`, { origin: consoleUrl });
    expect(answer.status).toBe(404);
  });
});
