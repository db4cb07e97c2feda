import { setTimeout as delay } from "node:timers/promises";

import { createBalance } from "./balance.ts";
import type { CallHooks } from "./call.ts";
import { createCompanyStatements } from "./company-statements.ts";
import { type Circuits, createCircuits } from "./circuits.ts";
import type { Fetch } from "./exchange.ts";
import { createPayoutMethods } from "./payout-methods.ts";
import { createPayouts } from "./payouts.ts";
import { createPublicKey } from "./public-key.ts";
import { createPurchases } from "./purchases.ts";
import type { ResourceContext } from "./resource-context.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from "./retry-policy.ts";
import { Secret, revealSecret } from "./secret.ts";
import { circuitOpen, type RevioLog, type TransportConfig, createTransport } from "./transport.ts";
import { createWebhookRegistrations } from "./webhook-registrations.ts";
import { uuid } from "./wire-values.ts";

const MEBIBYTE = 1024 * 1024;

export interface RevioClientOptions extends CallHooks {
  /** "https://gate.reviopay.com/api/v1/". Plain http is accepted for this machine only. */
  baseUrl: string;
  /** The key decides between test and live money. */
  apiKey: Secret | string;
  brandId: string;
  /** What `is_test` must be on every object; anything else is refused. */
  expectTest: boolean;
  /** Hosts of presigned statement files, e.g. "files.example.com"; Revio's own host is always allowed. */
  downloadHosts?: readonly string[];
  /** Further origins that `checkout_url` may have, besides that of `baseUrl`. */
  checkoutOrigins?: readonly string[];
  /** Per attempt, from connecting to the last byte. Default 15 s. */
  timeoutMs?: number;
  /** For a whole statement file. Default 120 s. */
  downloadTimeoutMs?: number;
  maxResponseBytes?: number;
  maxDownloadBytes?: number;
  retry?: Partial<RetryPolicy>;
  /** Circuit breakers and retry budget: one set per process, given to each client in it. Default: its own. */
  circuits?: Circuits;
  /**
   * Must not repeat requests and must not record URLs: an `execution_url` is a secret. Check what your
   * tracing does to the global `fetch` before relying on the default.
   */
  fetch?: Fetch;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Rejects when the signal aborts. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random?: () => number;
  log?: RevioLog;
  /** Ends each call that has no signal of its own. */
  signal?: AbortSignal;
  /** Called before anything else of a call; what it throws ends the call unsent, and goes to the caller as it is. */
  beforeCall?: (operation: string) => void;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function parseBaseUrl(value: string): URL {
  const url = URL.parse(value);
  if (url === null || url.username || url.password || url.search || url.hash) {
    throw new TypeError("baseUrl must be a plain URL such as https://gate.reviopay.com/api/v1/.");
  }
  const isSafe =
    url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!isSafe)
    throw new TypeError("baseUrl must use https: the API key travels with each request.");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function parseApiKey(value: Secret | string): Secret {
  // A line break would throw inside fetch, with the key in the message.
  if (!/^[\x21-\x7e]{8,512}$/.test(revealSecret(value))) {
    throw new TypeError("apiKey must be 8 to 512 printable ASCII characters without spaces.");
  }
  return typeof value === "string" ? new Secret(value) : value;
}

function createConfig(options: RevioClientOptions): TransportConfig {
  return {
    apiKey: parseApiKey(options.apiKey),
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? 15_000,
    maxResponseBytes: options.maxResponseBytes ?? MEBIBYTE,
    retry: { ...DEFAULT_RETRY_POLICY, ...options.retry },
    circuits: options.circuits ?? createCircuits(),
    now: options.now ?? Date.now,
    sleep: options.sleep ?? ((ms, signal) => delay(ms, undefined, signal ? { signal } : {})),
    random: options.random ?? Math.random,
    log: options.log,
    beforeCall: options.beforeCall,
    signal: options.signal,
    hooks: { onRequest: options.onRequest, onResponse: options.onResponse },
  };
}

/**
 * The typed client for Revio. Amounts are `bigint` minor units, times are `Date`s, ids are lower-case
 * UUIDs. Every call has a time limit; only reads, deletes and refused connections are repeated; every
 * failure is one of the classes in errors.ts. Nothing that it returns, throws or logs prints a secret.
 * @throws TypeError for options that cannot work or are unsafe
 */
export function createRevioClient(options: RevioClientOptions) {
  const baseUrl = parseBaseUrl(options.baseUrl);
  if (!uuid.safeParse(options.brandId).success) {
    throw new TypeError("brandId must be a lower-case UUID.");
  }
  const config = createConfig(options);
  const context: ResourceContext = {
    transport: createTransport(config),
    baseUrl,
    brandId: options.brandId,
    expectTest: options.expectTest,
    checkoutOrigins: new Set([baseUrl.origin, ...(options.checkoutOrigins ?? [])]),
    log: options.log,
  };
  const downloads = {
    config,
    allowedHosts: new Set([baseUrl.host, ...(options.downloadHosts ?? [])]),
    allowHttp: baseUrl.protocol === "http:",
    maxBytes: options.maxDownloadBytes ?? 64 * MEBIBYTE,
    timeoutMs: options.downloadTimeoutMs ?? 120_000,
  };
  return {
    purchases: createPurchases(context),
    payouts: createPayouts(context),
    payoutMethods: createPayoutMethods(context),
    balance: createBalance(context),
    companyStatements: createCompanyStatements(context, downloads),
    publicKey: createPublicKey(context),
    webhooks: createWebhookRegistrations(context),
    circuits: {
      /**
       * Before an intent is put on record: whether a call of this operation would be made at all.
       * @throws RevioUnavailable (`circuit_open`) if it would be refused
       */
      assertClosed: (operation: GuardedOperation): void => {
        const kind = operation === "payouts.execute" ? "execute" : "write";
        const waitMs = config.circuits.closedIn(operation, kind);
        if (waitMs !== null) throw circuitOpen(operation, waitMs);
      },
      /** For health and metrics. */
      report: () => config.circuits.report(),
    },
  };
}

/** Operations whose intent is on record before the call. */
export type GuardedOperation = "purchases.create" | "payouts.create" | "payouts.execute";

export type RevioClient = ReturnType<typeof createRevioClient>;
