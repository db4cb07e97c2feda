import type { Actor, Log } from "@revio-wallet/core/context";
import type { DayCloseContext } from "@revio-wallet/core/day-close/day-close-context";
import { parseKeyring } from "@revio-wallet/core/encryption/keyring";
import { systemIds } from "@revio-wallet/core/ids";
import {
  defaultOperatorSessionPolicy,
  type OperatorSignInContext,
  type RelyingParty,
} from "@revio-wallet/core/operator-session/operator-session-context";
import { createRateLimits } from "@revio-wallet/core/rate-limit/create-rate-limits";
import { assertNoOpenTransaction } from "@revio-wallet/core/revio/assert-no-open-transaction";
import type { RevioContext } from "@revio-wallet/core/revio/revio-context";
import { loadAccessTokenKeys } from "@revio-wallet/core/session/load-access-token-keys";
import {
  defaultSessionPolicy,
  type SessionContext,
} from "@revio-wallet/core/session/session-context";
import { loadSigningKeys } from "@revio-wallet/core/signing-keys";
import { createPool } from "@revio-wallet/db/pool";
import { createReader } from "@revio-wallet/db/reader";
import { type Circuits, createCircuits } from "@revio-wallet/revio-client/circuits";
import {
  createRevioClient,
  type RevioClient,
} from "@revio-wallet/revio-client/create-revio-client";
import { loadWebhookKeys, type WebhookKey } from "@revio-wallet/revio-client/webhooks";
import type { Pool } from "pg";
import type { PgBoss } from "pg-boss";
import type { Env } from "./env.ts";
import { type EventLoopWatch, watchEventLoop } from "./event-loop.ts";
import { currentRequestId } from "./http/request-id.ts";
import { createBoss, createEnqueue } from "./job-queue.ts";
import { createProviderCallRecorder, type ProviderCallRecorder } from "./provider-call-recorder.ts";

/** What any verb of core may ask for. */
export type AppContext = RevioContext &
  SessionContext &
  OperatorSignInContext &
  DayCloseContext & {
    /** Of the keys that webhooks may be signed with today. */
    webhookKeyIds: readonly string[];
  };

export interface Call {
  actor: Actor;
  requestId: string;
  /** Ends calls to Revio that are under way. A POST that it ends is in doubt, as after a time-out. */
  signal?: AbortSignal;
}

/** Everything that one process builds once. */
export interface Services {
  env: Env;
  log: Log;
  pool: Pool;
  boss: PgBoss;
  /** How the calls to Revio fare, over all clients in this process. */
  circuits: Circuits;
  eventLoop: EventLoopWatch;
  /** Keeps what is sent to Revio, over all clients in this process. */
  providerCalls: ProviderCallRecorder;
  webhookKeys: readonly WebhookKey[];
  /** The context of one call. */
  contextFor(call: Call): AppContext;
  /** Resolves once jobs can be added; rejects while the database cannot be reached, and may be asked again. */
  startQueue(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The composition root: the one place that builds connections, clients and keys. Connects to nothing yet.
 *
 * @param afterQueueStart runs once after the job queue has started, before the first job is added
 * @throws Error saying which key cannot be read, never the key
 */
export async function createServices(options: {
  env: Env;
  role: "api" | "worker";
  log: Log;
  afterQueueStart: (boss: PgBoss) => Promise<void>;
}): Promise<Services> {
  const { env, role, log } = options;
  const { keyring, accessTokenKeys, dayCloseKeys, webhookKeys } = await loadKeys(env);
  const circuits = createRevioCircuits(env, log);
  const eventLoop = watchEventLoop();
  const pool = createPool({
    connectionString: env.DATABASE_URL,
    max: env.DATABASE_POOL_SIZE,
    applicationName: `wallet-${role}`,
    onConnectionLost: (error) => log.warn({ error }, "database connection lost"),
  });
  const providerCalls = createProviderCallRecorder({ pool, log });
  const revio = createRevio({ env, log, circuits, providerCalls });
  const reader = createReader({
    connectionString: env.DATABASE_READER_URL,
  });
  const boss = createBoss({ connectionString: env.DATABASE_URL, role, log });
  const startQueue = startOnce(async () => {
    await boss.start();
    await options.afterQueueStart(boss);
  });
  const shared: Omit<AppContext, "actor" | "requestId"> = {
    pool,
    reader,
    clock: { now: () => new Date() },
    ids: systemIds,
    enqueue: createEnqueue(boss, startQueue),
    keyring,
    log,
    revio,
    revioSettings: revioSettingsOf(env),
    accessTokenKeys,
    dayCloseKeys,
    sessionPolicy: defaultSessionPolicy,
    operatorSessionPolicy: defaultOperatorSessionPolicy,
    relyingParty: relyingPartyOf(env),
    rateLimits: createRateLimits(pool),
    webhookKeyIds: webhookKeys.map(({ keyId }) => keyId),
  };
  return {
    env,
    log,
    pool,
    boss,
    circuits,
    eventLoop,
    providerCalls,
    webhookKeys,
    contextFor: ({ actor, requestId, signal }) => ({
      ...shared,
      actor,
      requestId,
      ...(signal === undefined
        ? {}
        : { revio: createRevio({ env, log, circuits, providerCalls }, signal) }),
    }),
    startQueue,
    close: async () => {
      eventLoop.stop();
      await providerCalls.close();
      await boss.stop({ graceful: true, timeout: 30_000 });
      await Promise.all([pool.end(), reader.$disconnect()]);
    },
  };
}

/** @throws Error saying which key cannot be read, never the key */
async function loadKeys(env: Env) {
  const accessTokenKeys = await loadAccessTokenKeys({
    signingKey: env.ACCESS_TOKEN_SIGNING_KEY,
    verifyingKeys: env.ACCESS_TOKEN_PREVIOUS_PUBLIC_KEYS,
    issuer: env.ACCESS_TOKEN_ISSUER,
    audience: env.ACCESS_TOKEN_AUDIENCE,
  });
  const dayCloseKeys = await loadSigningKeys({
    name: "day-close",
    signingKey: env.DAY_CLOSE_SIGNING_KEY,
    verifyingKeys: env.DAY_CLOSE_PREVIOUS_PUBLIC_KEYS,
  });
  const keyring = parseKeyring({
    keyEncryptionKeys: env.KEY_ENCRYPTION_KEYS,
    lookupKey: env.LOOKUP_KEY,
    passwordPepper: env.PASSWORD_PEPPER,
  });
  const webhookKeys = loadWebhookKeys(env.REVIO_WEBHOOK_PUBLIC_KEYS);
  return { accessTokenKeys, dayCloseKeys, keyring, webhookKeys };
}

function revioSettingsOf(env: Env): RevioContext["revioSettings"] {
  return {
    expectTest: env.REVIO_MODE === "test",
    payoutMethod: env.REVIO_PAYOUT_METHOD,
    senderName: env.REVIO_SENDER_NAME,
  };
}

/** Passkeys of operators belong to the console's host. */
function relyingPartyOf({ CONSOLE_ORIGIN: origin }: Env): RelyingParty {
  return { id: new URL(origin).hostname, name: "Wallet console", origin };
}

/** A refused key needs a person; the others close by themselves. */
function createRevioCircuits(env: Env, log: Log): Circuits {
  return createCircuits(
    {
      failuresToOpen: env.REVIO_FAILURES_TO_PAUSE,
      openMs: env.REVIO_PAUSE_SECONDS * 1_000,
      maxOpenMs: env.REVIO_PAUSE_SECONDS * 12_000,
      keyRefusedMs: env.REVIO_KEY_REFUSED_PAUSE_SECONDS * 1_000,
    },
    {
      onOpen: (event) => {
        if (event.circuit === "api_key") {
          log.error(event, "CRITICAL: Revio refuses the API key; all calls are paused");
        } else log.warn(event, "Revio does not answer; calls of this kind are paused");
      },
      onClose: (event) => log.info(event, "Revio answers again"),
    },
  );
}

/** The provider's client. Its only state is in the circuits, which all clients of a process share. */
export function createRevio(
  {
    env,
    log,
    circuits,
    providerCalls,
  }: Pick<Services, "env" | "log" | "circuits" | "providerCalls">,
  signal?: AbortSignal,
): RevioClient {
  return createRevioClient({
    baseUrl: env.REVIO_BASE_URL,
    apiKey: env.REVIO_API_KEY,
    brandId: env.REVIO_BRAND_ID,
    expectTest: env.REVIO_MODE === "test",
    checkoutOrigins: env.REVIO_CHECKOUT_ORIGINS,
    timeoutMs: env.REVIO_TIMEOUT_SECONDS * 1_000,
    circuits,
    beforeCall: assertNoOpenTransaction,
    // Here and not in the recorder: each bundle has its own memory of the request under way.
    onResponse: (event) => providerCalls.record(event, currentRequestId.getStore()),
    log,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Runs `start` until it has succeeded once; callers at the same time share a run, a later one repeats a failed run. */
function startOnce(start: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= start().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
