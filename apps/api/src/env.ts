import { createEnv } from "@t3-oss/env-core";
import { z } from "zod";

/** Keys travel through environment variables with literal `\n` for line breaks. */
const pem = z
  .string()
  .transform((text) => text.replaceAll("\\r", "").replaceAll("\\n", "\n").trim());

const pems = pem.transform(
  (text) => text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [],
);

const databaseUrl = z.url({ protocol: /^postgres(ql)?$/ });

const key32 = z.string().refine((text) => Buffer.from(text, "base64").length === 32, {
  error: "must be 32 bytes in base64 (openssl rand -base64 32)",
});

/** Comma-separated; each exactly as a browser sends it: scheme, host and port, nothing else. */
const origins = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .pipe(
    z.array(
      z.string().refine((text) => URL.parse(text)?.origin === text && /^https?:/.test(text), {
        error: "must be origins such as https://app.example.com, without path, slash or wildcard",
      }),
    ),
  );

const origin = z
  .string()
  .refine((text) => URL.parse(text)?.origin === text && /^https?:/.test(text), {
    error: "must be an origin such as https://console.example.com, without path or slash",
  });

const variables = {
  DATABASE_URL: databaseUrl,
  DATABASE_READER_URL: databaseUrl,
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(100).default(10),

  REVIO_BASE_URL: z.url({ protocol: /^https?$/ }),
  REVIO_API_KEY: z.string().min(8),
  REVIO_BRAND_ID: z.uuid().toLowerCase(),
  REVIO_MODE: z.enum(["test", "live"]),
  REVIO_PAYOUT_METHOD: z.string().min(1).optional(),
  REVIO_SENDER_NAME: z.string().min(1).max(64).default("Revio Wallet"),
  REVIO_CHECKOUT_ORIGINS: origins.default([]),
  REVIO_TIMEOUT_SECONDS: z.coerce.number().min(1).max(30).default(15),
  REVIO_FAILURES_TO_PAUSE: z.coerce.number().int().min(1).max(100).default(5),
  REVIO_PAUSE_SECONDS: z.coerce.number().min(0.1).max(600).default(5),
  REVIO_KEY_REFUSED_PAUSE_SECONDS: z.coerce.number().min(0.1).max(600).default(60),
  REVIO_WEBHOOK_PUBLIC_KEYS: pems.refine((keys) => keys.length > 0, {
    error: "must hold at least one PEM block BEGIN PUBLIC KEY",
  }),

  ACCESS_TOKEN_SIGNING_KEY: pem,
  ACCESS_TOKEN_PREVIOUS_PUBLIC_KEYS: pems.default([]),
  ACCESS_TOKEN_ISSUER: z.string().min(1),
  ACCESS_TOKEN_AUDIENCE: z.string().min(1),

  DAY_CLOSE_SIGNING_KEY: pem,
  DAY_CLOSE_PREVIOUS_PUBLIC_KEYS: pems.default([]),

  KEY_ENCRYPTION_KEYS: z.string().min(1),
  LOOKUP_KEY: key32,
  PASSWORD_PEPPER: key32,

  ALLOWED_ORIGINS: origins.default([]),
  RETURN_URL_ORIGINS: origins.default([]),
  CONSOLE_ORIGIN: origin,
  INTERNAL_API_TOKEN: z.string().min(32, "must have at least 32 characters"),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(5).default(0),

  JOB_POLL_SECONDS: z.coerce.number().min(0.5).max(30).default(2),
  SHUTDOWN_DRAIN_SECONDS: z.coerce.number().min(1).max(300).default(20),

  SENTRY_DSN: z.url().optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
};

/**
 * Reads and checks the environment of the API or the worker.
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

export type Env = ReturnType<typeof parseEnv>;

let parsed: Env | undefined;

/** The process's own environment. Lazy, because a build imports the routes without one. */
export function readEnv(): Env {
  // oxlint-disable-next-line node/no-process-env -- the one place that reads it
  parsed ??= parseEnv(process.env);
  return parsed;
}

/** Name of the newest migration that this build knows; put in place by next.config.ts. */
export function expectedSchemaVersion(): string | undefined {
  // oxlint-disable-next-line node/no-process-env -- replaced by a constant at build time
  return process.env.EXPECTED_SCHEMA_VERSION;
}
