import { readFileSync } from "node:fs";

import { createRevioClient, type RevioClientOptions } from "../src/create-revio-client.ts";
import { RevioError } from "../src/errors.ts";

export const BRAND_ID = "409eb80e-0000-4b1d-afa8-000000000001";
export const PURCHASE_ID = "7b0f4a52-6a1e-4c8d-9f30-2f6f2b1f9a01";
export const PAYOUT_ID = "2c9c0e84-51a6-4b9e-9a3a-9f3c9d7b4d03";
export const STATEMENT_ID = "5f1c2a90-7d3e-4b86-9c11-3e0a4d5b6f04";

type Body = Record<string, unknown>;

export function fixtureText(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8");
}

/** A fixture as a REST answer: no `event_type`, URLs on the given origin, fields replaced. */
export function fixture(name: string, origin: string, changes: Body = {}): Body {
  const text = fixtureText(name).replaceAll("https://gate.reviopay.com", origin);
  const { event_type: _, ...body } = JSON.parse(text) as Body;
  return { ...body, ...changes };
}

const NO_WAIT = {
  sleep: () => Promise.resolve(),
  random: () => 0.5,
};

export function clientFor(baseUrl: string, options: Partial<RevioClientOptions> = {}) {
  return createRevioClient({
    baseUrl,
    apiKey: "test_key_for_local_server",
    brandId: BRAND_ID,
    expectTest: true,
    timeoutMs: 2_000,
    ...NO_WAIT,
    ...options,
  });
}

/** The error a call ended with; fails the test when the call succeeded. */
export async function errorOf(promise: Promise<unknown>): Promise<RevioError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if ("thrown" in outcome && outcome.thrown instanceof RevioError) return outcome.thrown;
  throw new Error(`expected a RevioError, got ${JSON.stringify(Object.keys(outcome))}`, {
    cause: "thrown" in outcome ? outcome.thrown : undefined,
  });
}

export const NEW_PURCHASE = {
  client: { email: "thandi@example.com", fullName: "Thandi Nkosi", country: "ZA" },
  currency: "ZAR",
  products: [{ name: "Wallet deposit", priceMinor: 125_000n }],
  reference: "dep-2024-000123",
  metadata: { operationId: "op-1" },
  successRedirect: "https://app.example/pay/ok",
};

export const NEW_PAYOUT = {
  amountMinor: 500_000n,
  currency: "ZAR",
  description: "Withdrawal wdr-2024-000123",
  client: { email: "thandi@example.com", bankAccount: "62812345678", bankCode: "250655" },
  reference: "wdr-2024-000123",
  senderName: "Wallet (Pty) Ltd",
};
