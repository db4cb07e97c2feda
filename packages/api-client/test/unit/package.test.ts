import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { build } from "vite";
import { beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../..", import.meta.url));
const dist = `${folder}dist`;

beforeAll(async () => {
  await run("pnpm", ["run", "build"], { cwd: folder });
}, 60_000);

async function published(ending: string): Promise<Map<string, string>> {
  const names = (await readdir(dist, { recursive: true })).filter((name) => name.endsWith(ending));
  const texts = names.map(
    async (name) => [name, await readFile(`${dist}/${name}`, "utf8")] as const,
  );
  return new Map(await Promise.all(texts));
}

describe("what partners install", () => {
  test("imports its own files and three libraries, and nothing else", async () => {
    const specifiers = [...(await published(".d.ts")), ...(await published(".js"))].flatMap(
      ([, text]) =>
        [...withoutComments(text).matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map(
          ([, name]) => name,
        ),
    );
    const foreign = new Set(specifiers.filter((name) => name?.startsWith("./") !== true));
    const names = [...foreign].filter((name) => name?.startsWith("../") !== true);
    const allowed = ["@trpc/client", "@trpc/server", "@trpc/server/observable"];
    expect(new Set(names)).toEqual(new Set([...allowed, "eventsource", "superjson"]));
  });

  test.for([
    /prisma/i,
    /\bpg\b/,
    /pg-boss/i,
    /\bnext\//,
    /node:/,
    /\bzod\b/i,
    /argon/i,
    /keyring/i,
    /AppContext/,
    /TrpcContext/,
    /CoreContext/,
    /ProcedureMeta/,
    /DomainError/,
    /rateLimit/i,
    /\bPool\b/,
    /Queryable/,
    /revio-client/,
    /purchase/i,
    /payout/i,
    /posting/i,
    /journal/i,
    /\bany\b/,
    /packages\/|apps\//,
    /\.ts"/,
  ])("no declaration speaks of %s", async (word) => {
    const declarations = await published(".d.ts");
    expect(declarations.size).toBeGreaterThan(8);
    const code = [...declarations].map(([name, text]) => [name, withoutComments(text)] as const);
    expect(code.filter(([, text]) => word.test(text)).map(([name]) => name)).toEqual([]);
  });

  test("publint has nothing to say", async () => {
    const { messages } = await publint({ pkgDir: folder, pack: "pnpm", strict: true });
    expect(messages).toEqual([]);
  }, 60_000);

  test("client and server of tRPC are pinned to one version", async () => {
    const version = async (name: string): Promise<string> => {
      const text = await readFile(`${folder}node_modules/${name}/package.json`, "utf8");
      return (JSON.parse(text) as { version: string }).version;
    };
    expect(await version("@trpc/client")).toBe(await version("@trpc/server"));
  });

  test("a browser loads at most 25 kB, libraries included", async () => {
    const result = await build({
      logLevel: "silent",
      configFile: false,
      root: folder,
      build: {
        write: false,
        minify: true,
        lib: {
          entry: ["index", "errors", "money", "idempotency"].map((name) => `${dist}/${name}.js`),
          formats: ["es"],
        },
      },
    });
    const outputs = (Array.isArray(result) ? result : [result]).flatMap((part) =>
      "output" in part ? part.output : [],
    );
    const code = outputs.map((part) => (part.type === "chunk" ? part.code : "")).join("\n");
    // Nothing of Node, nothing left to load.
    expect(code).not.toMatch(/from\s*"(node:|[a-z@])/);
    const bytes = gzipSync(code).length;
    expect(bytes, "is anything in it?").toBeGreaterThan(5_000);
    expect(bytes).toBeLessThan(25_000);
  }, 60_000);
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*.*?\*\//gs, "");
}
