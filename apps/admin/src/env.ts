import { createEnv } from "@t3-oss/env-core";
import { z } from "zod";

const origin = z
  .string()
  .refine((text) => URL.parse(text)?.origin === text && /^https?:/.test(text), {
    error: "must be an origin such as https://console.example.com, without path or slash",
  });

const variables = {
  /** Where the API answers; only this server speaks to it. */
  API_URL: z.url({ protocol: /^https?$/ }),
  INTERNAL_API_TOKEN: z.string().min(32, "must have at least 32 characters"),
  /** The console's own address, as browsers see it. */
  NEXTAUTH_URL: origin,
  NEXTAUTH_SECRET: z.string().min(32, "must have at least 32 characters"),
  /** Said loudly on every page unless it is `production`. */
  ENVIRONMENT_NAME: z.enum(["local", "sandbox", "staging", "production"]),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(5).default(0),
};

/**
 * Reads and checks the environment of the console.
 *
 * @throws Error naming each variable that is missing or wrong, and why; never a value
 */
export function parseEnv(source: Record<string, string | undefined>) {
  return createEnv({
    server: variables,
    runtimeEnv: source,
    emptyStringAsUndefined: true,
    onValidationError: (issues) => {
      const lines = issues.map(
        ({ path, message }) => `  ${path?.map(String).join(".")}: ${message}`,
      );
      throw new Error(
        `The environment is not complete. See .env.example.\n${[...new Set(lines)].join("\n")}`,
      );
    },
  });
}

let parsed: ReturnType<typeof parseEnv> | undefined;

/** The process's own environment. Lazy, because a build imports the pages without one. */
export function readEnv(): ReturnType<typeof parseEnv> {
  // oxlint-disable-next-line node/no-process-env -- the one place that reads it
  parsed ??= parseEnv(process.env);
  return parsed;
}
