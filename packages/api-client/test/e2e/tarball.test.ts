import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    stack: { readonly apiUrl: string; readonly sandboxUrl: string };
  }
}

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const consumerFolder = fileURLToPath(new URL("../consumer", import.meta.url));
const repositoryRoot = fileURLToPath(new URL("../../../..", import.meta.url));

/** The compilers of this repository; the partner's project brings none. */
const compilers = {
  "TypeScript 7": join(repositoryRoot, "node_modules/typescript"),
  "TypeScript 6": dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
};

const strict = {
  target: "ES2023",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: [],
};
const settings = {
  "a bundler's project": {
    ...strict,
    module: "ESNext",
    moduleResolution: "Bundler",
    lib: ["ES2023", "DOM", "DOM.Iterable"],
    skipLibCheck: true,
    noEmit: true,
  },
  "a Node project that checks libraries too": {
    ...strict,
    module: "NodeNext",
    moduleResolution: "NodeNext",
    lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    skipLibCheck: false,
    outDir: "out",
  },
};

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "api-client-consumer-"));
  await run("pnpm", ["run", "build"], { cwd: packageFolder });
  await run("pnpm", ["pack", "--pack-destination", project], { cwd: packageFolder });
  const [tarball] = await readdir(project);
  await cp(consumerFolder, project, { recursive: true });
  const manifest = {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: { "@revio-wallet/api-client": `file:./${tarball}` },
  };
  await writeFile(join(project, "package.json"), JSON.stringify(manifest));
  await run("pnpm", ["install", "--prefer-offline", "--node-linker=hoisted"], { cwd: project });
}, 180_000);

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

async function compile(compiler: string, compilerOptions: object): Promise<string> {
  const file = join(project, "tsconfig.json");
  await writeFile(file, JSON.stringify({ compilerOptions, files: ["consumer.ts", "types.ts"] }));
  try {
    const { stdout } = await run(process.execPath, [join(compiler, "bin/tsc"), "-p", file]);
    return stdout;
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  }
}

describe("the package in a project outside the workspace", () => {
  const cases = Object.keys(compilers).flatMap((compiler) =>
    Object.keys(settings).map((setting) => [compiler, setting] as const),
  );
  test.for(cases)("%s compiles %s", async ([compiler, setting]) => {
    const output = await compile(
      compilers[compiler as keyof typeof compilers],
      settings[setting as keyof typeof settings],
    );
    expect(output).toBe("");
  });

  test("the program registers, pays in, withdraws and reads its history from the live API", async () => {
    const { apiUrl, sandboxUrl } = inject("stack");
    const output = await compile(
      compilers["TypeScript 7"],
      settings["a Node project that checks libraries too"],
    );
    expect(output).toBe("");
    const { stdout } = await run(process.execPath, ["out/consumer.js"], {
      cwd: project,
      env: { API_URL: apiUrl, SANDBOX_URL: sandboxUrl },
      timeout: 90_000,
    });
    const plain = stdout.replaceAll(/[\u00a0\u202f]/g, " ");
    expect(JSON.parse(plain)).toEqual({
      sameUser: true,
      afterDeposit: "R 1 250,00",
      bankAccount: "•••• 0123",
      replayed: true,
      seen: expect.arrayContaining([
        "deposit completed",
        "withdrawal queued",
        "withdrawal completed",
      ]),
      history: [
        ["withdrawal", "completed", "40000"],
        ["deposit", "completed", "125000"],
      ],
      isDate: true,
      balance: "R 850,00",
      tooMuch: {
        code: expect.stringMatching(/^(INSUFFICIENT_FUNDS|LIMIT_EXCEEDED)$/),
        retryable: false,
        moved: false,
        message: expect.any(String),
        hasRequestId: true,
      },
      invalid: {
        code: "INVALID_INPUT",
        fields: ["amountMinor", "idempotencyKey"],
        retryable: false,
        moved: false,
        message: "Please check what you entered.",
        hasRequestId: true,
      },
      afterwards: {
        code: "UNAUTHENTICATED",
        retryable: false,
        moved: false,
        message: "Please sign in again.",
        hasRequestId: true,
      },
    });
  });
});
