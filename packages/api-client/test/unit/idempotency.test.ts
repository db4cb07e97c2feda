import { TRPCClientError } from "@trpc/client";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createApiClient } from "../../src/create-api-client.ts";
import { beginIntent, type IntentStorage, runIntent } from "../../src/idempotency.ts";
import { cutConnection, ok, refusal, startFakeApi } from "../support/fake-api.ts";

let kept: Map<string, string>;
let storage: IntentStorage;
beforeEach(() => {
  kept = new Map();
  storage = {
    getItem: (place) => kept.get(place) ?? null,
    setItem: (place, text) => void kept.set(place, text),
    removeItem: (place) => void kept.delete(place),
  };
});
const input = { amountMinor: 100n, currency: "ZAR" } as const;

describe("beginIntent", () => {
  test("the same content has the same key until it is finished", () => {
    const first = beginIntent("form", input, storage);
    const again = beginIntent("form", { currency: "ZAR", amountMinor: 100n }, storage);
    expect(again.idempotencyKey).toBe(first.idempotencyKey);
    expect(first.idempotencyKey).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    again.finish();
    expect(beginIntent("form", input, storage).idempotencyKey).not.toBe(first.idempotencyKey);
  });

  test("other content and other places have keys of their own", () => {
    const keys = [
      beginIntent("form", input, storage),
      beginIntent("other", input, storage),
      beginIntent("form", { ...input, amountMinor: 101n }, storage),
    ].map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(3);
  });

  test("finishing late does not forget a newer intent", () => {
    const old = beginIntent("form", input, storage);
    const newer = beginIntent("form", { ...input, amountMinor: 101n }, storage);
    old.finish();
    const again = beginIntent("form", { ...input, amountMinor: 101n }, storage);
    expect(again.idempotencyKey).toBe(newer.idempotencyKey);
  });

  test("what somebody else wrote there is replaced", () => {
    kept.set("revio-wallet.intent.form", "{broken");
    expect(beginIntent("form", input, storage).idempotencyKey).toHaveLength(36);
    kept.set("revio-wallet.intent.form", '{"key":5}');
    expect(beginIntent("form", input, storage).idempotencyKey).toHaveLength(36);
  });

  test("works where there is no sessionStorage", () => {
    const first = beginIntent("memory", input);
    expect(beginIntent("memory", input).idempotencyKey).toBe(first.idempotencyKey);
    first.finish();
  });
});

describe("runIntent", () => {
  test("click, connection lost after the commit, reload, click: one transaction", async () => {
    const done = new Map<string, number>();
    await using api = await startFakeApi((call, nth) => {
      const { idempotencyKey } = call.input as { idempotencyKey: string };
      done.set(idempotencyKey, (done.get(idempotencyKey) ?? 0) + 1);
      return nth === 1 ? cutConnection : ok({ deposit: { id: "d" }, replayed: true });
    });
    // Each click comes from a page of its own; only the tab's storage outlives the reload.
    const click = () => {
      const { trpc } = createApiClient({ baseUrl: api.url, retry: { attempts: 1 } });
      return runIntent("deposit", input, (call) => trpc.deposit.create.mutate(call), storage);
    };
    await expect(click()).rejects.toThrow();
    await expect(click()).resolves.toMatchObject({ replayed: true });
    expect([...done.values()]).toEqual([2]);
    expect(kept.size).toBe(0);
  });

  const outcomes = [
    ["INSUFFICIENT_FUNDS", "a new key"],
    ["LIMIT_EXCEEDED", "a new key"],
    ["WRONG_STATE", "a new key"],
    ["OUTCOME_UNKNOWN", "the same key"],
    ["IDEMPOTENCY_IN_PROGRESS", "the same key"],
    ["PROVIDER_UNAVAILABLE", "the same key"],
    ["INTERNAL", "the same key"],
    ["UNAUTHENTICATED", "the same key"],
  ] as const;
  test.for(outcomes)("after %s the next click sends %s", async ([code, expected]) => {
    await using api = await startFakeApi(() => refusal(code));
    const { trpc } = createApiClient({ baseUrl: api.url, retry: { attempts: 1 } });
    const keys: string[] = [];
    const click = () =>
      runIntent(
        "deposit",
        input,
        (call) => {
          keys.push(call.idempotencyKey);
          return trpc.deposit.create.mutate(call);
        },
        storage,
      );
    await expect(click()).rejects.toThrow(TRPCClientError);
    await expect(click()).rejects.toThrow(TRPCClientError);
    expect(keys[0] === keys[1] ? "the same key" : "a new key").toBe(expected);
  });

  test("an error of the app itself leaves the key", async () => {
    const call = vi.fn<() => Promise<never>>(() => Promise.reject(new Error("mine")));
    await expect(runIntent("deposit", input, call, storage)).rejects.toThrow("mine");
    expect(kept.size).toBe(1);
  });
});
