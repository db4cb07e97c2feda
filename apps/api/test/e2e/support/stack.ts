import { inject } from "vitest";

/** What the tests use of the stack that tooling/dev/src/vitest-stack.ts starts. */
interface RunningStack {
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  readonly sandboxApiUrl: string;
  /** Bearer of the operators' procedures. */
  readonly internalApiToken: string;
  readonly databaseUrls: Record<"superuser" | "owner" | "app" | "reader", string>;
  readonly dataDir: string;
  readonly logFolder: string;
}

declare module "vitest" {
  interface ProvidedContext {
    stack: RunningStack;
  }
}

/** PostgreSQL, sandbox, built API and worker, each in a process of its own. */
export const stack = inject("stack");
