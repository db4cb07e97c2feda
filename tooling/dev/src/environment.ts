import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the clone, without a trailing slash. */
export const repositoryRoot = fileURLToPath(new URL("../../..", import.meta.url)).replace(
  /\/$/,
  "",
);

/**
 * Environment for every tool that the dev commands start.
 *
 * `node_modules/.bin` comes first on PATH because the pinned Node 24 lives there; the machine's
 * own Node may be older. Prisma's schema engine is a download that nothing here needs.
 */
export function toolEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  return {
    ...process.env,
    PATH: [join(repositoryRoot, "node_modules", ".bin"), inherited].join(delimiter),
    PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
    TURBO_TELEMETRY_DISABLED: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    ...extra,
  };
}

/** The few variables a server needs, so that nothing of the caller's shell reaches it. */
export function serverEnvironment(variables: Record<string, string>): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = toolEnvironment();
  const base: NodeJS.ProcessEnv = { PATH, TZ: "UTC" };
  for (const [name, value] of Object.entries({ HOME, TMPDIR, LANG })) {
    if (value !== undefined) base[name] = value;
  }
  return { ...base, ...variables };
}
