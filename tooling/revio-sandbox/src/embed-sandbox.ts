import { createApp } from "./app.ts";
import type { Clock } from "./clock.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Settings } from "./settings.ts";
import { createSandbox, taskHandlers } from "./start-sandbox.ts";
import { openStore } from "./store/open-store.ts";
import { nextTaskDueMs, runDueTasks } from "./tasks.ts";
import {
  type DueDelivery,
  nextDeliveryMs,
  recordAttempt,
  takeDueDeliveries,
} from "./webhooks/delivery-queue.ts";
import { takeWebhookAttemptFault } from "./faults/webhook-faults.ts";
import { type SendResult, signDelivery } from "./webhooks/send-delivery.ts";
import type { KeyPair } from "./webhooks/sign.ts";

export interface EmbedOptions {
  seed: string;
  /** Milliseconds since 1970. The sandbox has no other time, and no timers. */
  nowMs: () => number;
  /** Of the one webhook, and of forgeries: making RSA keys takes long. */
  keys: { webhook: KeyPair; foreign: KeyPair };
  settings?: Partial<Settings>;
  /** What the account holds for payouts from the start, in cents. */
  payoutFundsMinor?: number;
}

/** A delivery on its way: what the receiver gets. */
export interface EmbeddedDelivery {
  event: string;
  objectId: string;
  body: Buffer;
  signature: string | undefined;
  /** To be called once, with what came of it; null for no answer. */
  done(httpStatus: number | null): void;
}

/** Revio inside this process: no socket, no timer; whoever embeds it says when something happens. */
export interface EmbeddedSandbox {
  url: string;
  apiKey: string;
  brandId: string;
  /** Answers as the server would. Throws where the server would cut the connection. */
  fetch(request: Request): Promise<Response>;
  /** A call of the control API, by its path under /sandbox/. */
  control(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown>;
  /** Does what is due at the bank. */
  runTasks(): void;
  /** Earliest moment at which something is due at the bank, or a delivery may go out. */
  nextDueMs(): number | undefined;
  takeDeliveries(limit: number): Promise<EmbeddedDelivery[]>;
  close(): void;
}

/** The same sandbox as `startSandbox`, without a server: for simulations that own time, chance and the network. */
export function embedSandbox(options: EmbedOptions): EmbeddedSandbox {
  const store = openStore(":memory:");
  const url = "http://127.0.0.1:1";
  const sandbox = createSandbox(
    store,
    {
      seed: options.seed,
      clock: clockOf(options.nowMs),
      settings: options.settings ?? {},
      ...(options.payoutFundsMinor === undefined
        ? {}
        : { payoutFundsMinor: options.payoutFundsMinor }),
    },
    url,
    { begin() {}, end() {}, stop() {}, isResetting: () => false, isDown: () => false },
    { deliveries() {}, tasks() {} },
  );
  registerWebhook(sandbox, options.keys);
  const app = createApp(sandbox);
  const fetch = async (request: Request): Promise<Response> => {
    let cut = false;
    const socket = { remoteAddress: "127.0.0.1", resetAndDestroy: () => (cut = true), once() {} };
    const answer = await app.fetch(request, { incoming: { socket }, outgoing: {} });
    if (cut) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    return answer;
  };
  return {
    url,
    apiKey: sandbox.config.apiKeys.test,
    brandId: sandbox.config.brandId,
    fetch,
    control: async (method, path, body) => {
      const request = new Request(`${url}/sandbox/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await fetch(request);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
      return JSON.parse(text) as unknown;
    },
    runTasks: () => runDueTasks(sandbox, taskHandlers),
    nextDueMs: () => {
      const due = [nextTaskDueMs(sandbox), nextDeliveryMs(sandbox)];
      const known = due.filter((at) => at !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    },
    takeDeliveries: (limit) =>
      Promise.all(takeDueDeliveries(sandbox, limit).map((due) => embedded(sandbox, due))),
    close: () => store.close(),
  };
}

function clockOf(nowMs: () => number): Clock {
  return {
    nowMs,
    nowSeconds: () => Math.floor(nowMs() / 1000),
    waitMs: (seconds) => Math.round(seconds * 1000),
    advance() {},
    setTimeScale() {},
    timeScale: () => 1,
    offsetMs: () => 0,
    onChange() {},
  };
}

function registerWebhook({ store, clock, random }: Sandbox, keys: EmbedOptions["keys"]): void {
  const now = clock.nowSeconds();
  const document = {
    title: "embedded",
    all_events: true,
    public_key: keys.webhook.publicKey,
    events: [],
    callback: "embedded:",
    created_on: now,
    updated_on: now,
    type: "webhook",
    id: random.uuid(),
  };
  store.run(
    "INSERT INTO webhooks (id, mode, created_ms, private_key, document) VALUES (?, ?, ?, ?, ?)",
    document.id,
    "test",
    clock.nowMs(),
    keys.webhook.privateKey,
    JSON.stringify(document),
  );
  store.writeValue("company_key:foreign", keys.foreign);
}

async function embedded(sandbox: Sandbox, due: DueDelivery): Promise<EmbeddedDelivery> {
  const fault = takeWebhookAttemptFault(sandbox, {
    event: due.event,
    webhookId: due.webhook_id ?? "success_callback",
    objectId: due.object_id,
  });
  const { body, signature } = await signDelivery(sandbox, due, {
    key: fault?.kind === "wrong_key" ? "wrong" : "own",
    corrupt: fault?.kind === "corrupt_body",
  });
  const attemptedMs = sandbox.clock.nowMs();
  return {
    event: due.event,
    objectId: due.object_id,
    body,
    signature,
    done: (httpStatus) => {
      const acknowledged = httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
      const result: SendResult = {
        httpStatus,
        errorMessage: acknowledged ? "" : `HTTP ${httpStatus ?? "none"}`,
        fault: fault?.kind ?? null,
      };
      recordAttempt(sandbox, due, attemptedMs, result);
    },
  };
}
