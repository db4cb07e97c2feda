import type { JsonObject } from "../../src/json.ts";
import { type RunningSandbox, type SandboxOptions, startSandbox } from "../../src/start-sandbox.ts";

/** Answers are read loosely on purpose: the tests say what they expect of each. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

export interface Answer {
  status: number;
  body: Loose;
  headers: Headers;
}

export interface SandboxClient {
  sandbox: RunningSandbox;
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  control(path: string, body?: unknown): Promise<Loose>;
  createPurchase(fields?: JsonObject, purchase?: JsonObject): Promise<Loose>;
  createPayout(bankAccount?: string, amount?: number, reference?: string): Promise<Loose>;
  execute(payout: Loose): Promise<Answer>;
  registerWebhook(callback: string, fields?: JsonObject): Promise<Loose>;
  /** Posts the checkout form as a browser would, without following the redirect. */
  postCard(purchase: Loose, fields?: Record<string, string>): Promise<Response>;
  books(): Promise<Loose>;
}

interface CallOptions {
  key?: string | null;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** A sandbox in memory with short waits, and the calls that tests make. */
export async function startClient(options: Partial<SandboxOptions> = {}): Promise<SandboxClient> {
  const sandbox = await startSandbox({
    port: 0,
    databaseFile: ":memory:",
    timeScale: 1000,
    ...options,
  });
  return clientOf(sandbox);
}

export function clientOf(sandbox: RunningSandbox): SandboxClient {
  const client: SandboxClient = {
    sandbox,
    async call(
      method,
      path,
      body,
      { key = sandbox.apiKey, headers = {}, timeoutMs = 10_000 } = {},
    ) {
      const response = await fetch(new URL(path, sandbox.url), {
        method,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          "content-type": "application/json",
          ...headers,
        },
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson =
        response.headers.get("content-type")?.startsWith("application/json") && text !== "";
      return {
        status: response.status,
        body: isJson ? JSON.parse(text) : text,
        headers: response.headers,
      };
    },
    async control(path, body) {
      const answer = await client.call(
        body === undefined ? "GET" : "POST",
        `/sandbox/${path}`,
        body,
      );
      if (answer.status !== 200)
        throw new Error(`control ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async createPurchase(fields = {}, purchase = {}) {
      const answer = await client.call(
        "POST",
        "/api/v1/purchases/",
        purchaseRequest(sandbox, fields, purchase),
      );
      if (answer.status !== 201) throw new Error(`create: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async createPayout(bankAccount = "62812345678", amount = 40_000, reference = "wdr-1") {
      const answer = await client.call("POST", "/api/v1/payouts/", {
        brand_id: sandbox.brandId,
        client: {
          email: "thandi@example.com",
          full_name: "Thandi Nkosi",
          bank_account: bankAccount,
          bank_code: "250655",
        },
        payment: { amount, currency: "ZAR", description: `Withdrawal ${reference}` },
        reference,
        sender_name: "Wallet (Pty) Ltd",
      });
      if (answer.status !== 201) throw new Error(`create: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    execute: (payout) => client.call("POST", payout.execution_url, {}),
    async registerWebhook(callback, fields = { all_events: true }) {
      const answer = await client.call("POST", "/api/v1/webhooks/", {
        title: "tests",
        callback,
        ...fields,
      });
      return answer.body;
    },
    postCard: (purchase, fields = {}) =>
      fetch(purchase.checkout_url, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({
          card_number: "4444 3333 2222 1111",
          expires: "12/39",
          cvc: "123",
          cardholder_name: "T NKOSI",
          ...fields,
        }),
      }),
    books: () => client.control("books"),
  };
  return client;
}

export function purchaseRequest(
  sandbox: RunningSandbox,
  fields: JsonObject = {},
  purchase: JsonObject = {},
): JsonObject {
  return {
    brand_id: sandbox.brandId,
    client: {
      email: "thandi@example.com",
      full_name: "Thandi Nkosi",
      phone: "+27 821234567",
      city: "Cape Town",
      country: "ZA",
      zip_code: "8001",
    },
    purchase: {
      currency: "ZAR",
      products: [{ name: "Wallet deposit", price: 125_000 }],
      ...purchase,
    },
    reference: "dep-2024-000123",
    success_redirect: "https://app.example/pay/ok",
    failure_redirect: "https://app.example/pay/failed",
    ...fields,
  };
}
