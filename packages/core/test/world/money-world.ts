import { randomInt, randomUUID } from "node:crypto";
import {
  cloneDatabase,
  type TestDatabase,
} from "@revio-wallet/db/testing/create-template-database";
import { type CircuitSettings, createCircuits } from "@revio-wallet/revio-client/circuits";
import { createRevioClient } from "@revio-wallet/revio-client/create-revio-client";
import { loadWebhookKeys, type WebhookKey } from "@revio-wallet/revio-client/webhooks";
import { type SandboxOptions, startSandbox } from "@revio-wallet/revio-sandbox/start-sandbox";
import { Client } from "pg";
import { expect } from "vitest";
import { addBankAccount } from "../../src/bank-account/add-bank-account.ts";
import type { Actor } from "../../src/context.ts";
import type { DayCloseContext } from "../../src/day-close/day-close-context.ts";
import { assertNoOpenTransaction } from "../../src/revio/assert-no-open-transaction.ts";
import { cancelDeposit } from "../../src/revio/cancel-deposit.ts";
import { receiveProviderEvent } from "../../src/revio/receive-provider-event.ts";
import type { RevioContext } from "../../src/revio/revio-context.ts";
import { startDeposit } from "../../src/revio/start-deposit.ts";
import type { Deposit } from "../../src/deposit/deposit.ts";
import type { SessionContext } from "../../src/session/session-context.ts";
import { createWithdrawal } from "../../src/withdrawal/create-withdrawal.ts";
import type { Withdrawal } from "../../src/withdrawal/withdrawal.ts";
import { registeredUser } from "../registered-user.ts";
import { type LogLine, testContext } from "../test-context.ts";
import { createJobTable, type JobTable } from "./job-table.ts";
import { type RunJobsOptions, runDueJobs } from "./run-jobs.ts";
import { type SandboxControls, sandboxControls } from "./sandbox-controls.ts";
import { asTask, newProcess, type Process, tripwirePool, tripwireRevio } from "./tripwire.ts";
import { startWebhookReceiver } from "./webhook-receiver.ts";

export type WorldContext = RevioContext & SessionContext & DayCloseContext;

/** A user with a bank account, and the contexts of their requests. */
export interface Customer {
  userId: string;
  bankAccountId: string;
  accountNumber: string;
  as: WorldContext;
}

/** The wallet's core on a real database, beside a real sandbox that posts real webhooks. */
export interface MoneyWorld {
  database: TestDatabase;
  /** The superuser, for tampering and looking. */
  superuser: Client;
  sandbox: SandboxControls;
  brandId: string;
  /** What somebody else with our key does at Revio. */
  revioPost(path: string, body: object): Promise<Record<string, unknown>>;
  jobs: JobTable;
  ctx: WorldContext;
  logged: LogLine[];
  webhookKeys: WebhookKey[];
  /** Provider calls made while a database transaction was open. Always empty, or the test fails. */
  callsInTransaction: string[];
  /** A context of a process that dies where it is told. */
  process(killAt?: number): { process: Process; ctx: WorldContext };
  /** Webhooks are received by this process from now on; by the first one again without it. */
  receiveAs(ctx?: WorldContext): void;
  actor(actor: Actor, ctx?: WorldContext): WorldContext;
  /** Moves our clock and the sandbox's. */
  advance(ms: number): Promise<void>;
  customer(options?: { accountNumber?: string }): Promise<Customer>;
  deposit(customer: Customer, amountMinor: bigint, key?: string): Promise<Deposit>;
  /** A deposit while Revio gives no clear answer: it is told that it takes longer. */
  delayedDeposit(customer: Customer, amountMinor: bigint, key?: string): Promise<Deposit>;
  /** Lets the background open delayed checkouts, and asks again with the key. */
  depositLater(customer: Customer, amountMinor: bigint, key: string): Promise<Deposit>;
  cancelDeposit(customer: Customer, transactionId: string): Promise<Deposit>;
  withdraw(customer: Customer, amountMinor: bigint, key?: string): Promise<Withdrawal>;
  /** Pays the deposit's newest purchase by card at the sandbox. */
  pay(deposit: { reference: string }, card?: Record<string, unknown>): Promise<void>;
  /** Deposits, pays, and waits until it is credited. */
  fund(customer: Customer, amountMinor: bigint): Promise<Deposit>;
  runJobs(options?: RunJobsOptions): Promise<number>;
  /** Runs due jobs and waits for due webhooks until both are quiet. */
  settle(): Promise<void>;
  /** Settles, then moves on to each next job, for so long. */
  drain(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface WorldOptions extends Partial<SandboxOptions> {
  superuserUrl: string;
  poolSize?: number;
  /** Of one provider call. */
  timeoutMs?: number;
  /** Circuit breakers of the world's one client. Their pauses are in real time: none, unless a test asks for them. */
  circuits?: Partial<CircuitSettings>;
}

export async function startMoneyWorld(options: WorldOptions): Promise<MoneyWorld> {
  const { superuserUrl, poolSize, timeoutMs, circuits, ...sandboxOptions } = options;
  const database = await cloneDatabase({ superuserUrl, poolSize: poolSize ?? 20 });
  const superuser = new Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  const jobs = await createJobTable(database.pool, database.superuserUrl);
  const sandbox = await startSandbox({
    port: 0,
    databaseFile: ":memory:",
    ...sandboxOptions,
    settings: { payoutDelaySeconds: 0, refundGuardSeconds: 0, ...sandboxOptions.settings },
  });
  const controls = sandboxControls(sandbox.controlUrl);
  let offsetMs = 0;
  const clock = { now: () => new Date(Date.now() + offsetMs) };
  const base = await testContext(database);
  const client = createRevioClient({
    baseUrl: `${sandbox.url}/api/v1/`,
    apiKey: sandbox.apiKey,
    brandId: sandbox.brandId,
    expectTest: true,
    timeoutMs: timeoutMs ?? 5_000,
    retry: { maxAttempts: 2, baseDelayMs: 1 },
    circuits: createCircuits({ openMs: 0, maxOpenMs: 0, keyRefusedMs: 0, ...circuits }),
    beforeCall: assertNoOpenTransaction,
  });
  const callsInTransaction: string[] = [];
  const contextOf = (process: Process): WorldContext => ({
    ...base,
    clock,
    pool: tripwirePool(database.pool, process),
    enqueue: jobs.enqueue,
    revio: tripwireRevio(client, process, (call) => callsInTransaction.push(call)),
    revioSettings: { expectTest: true, payoutMethod: undefined, senderName: "Test Wallet" },
  });
  const ctx = contextOf(newProcess());
  let receiving = ctx;
  const webhookKeys: WebhookKey[] = [];
  const receiver = await startWebhookReceiver(async ({ rawBody, signature }) => {
    const delivery = { rawBody, signature, headers: {}, keys: webhookKeys };
    const { verdict } = await asTask(() => receiveProviderEvent(receiving, delivery));
    return verdict === "invalid_signature" ? 401 : 200;
  });
  const registration = await client.webhooks.create({
    title: "core tests",
    callback: receiver.url,
    allEvents: true,
  });
  webhookKeys.push(...loadWebhookKeys([registration.publicKey]));

  const world: MoneyWorld = {
    database,
    superuser,
    sandbox: controls,
    brandId: sandbox.brandId,
    revioPost: async (path, body) => {
      const answer = await fetch(`${sandbox.url}/api/v1/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${sandbox.apiKey}` },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as Record<string, unknown>;
    },
    jobs,
    ctx,
    logged: base.logged,
    webhookKeys,
    callsInTransaction,
    process: (killAt) => {
      const process = newProcess(killAt);
      return { process, ctx: contextOf(process) };
    },
    receiveAs: (other = ctx) => {
      receiving = other;
    },
    actor: (actor, from = ctx) => ({ ...from, actor }),
    advance: async (ms) => {
      offsetMs += ms;
      await controls.advance(ms / 1000);
    },
    customer: async ({ accountNumber } = {}) => {
      const { user } = await registeredUser(ctx);
      const as = world.actor({ kind: "user", id: user.id, sessionId: randomUUID() });
      // Not 9001 to 9007 at the end: with those the sandbox plays a scenario of its own.
      const number = accountNumber ?? `62${randomInt(10_000, 99_999)}${randomInt(1_000, 8_999)}`;
      const bank = await addBankAccount(as, {
        branchCode: "250655",
        accountNumber: number,
        accountHolder: "Thandi Nkosi",
        accountType: "current",
      });
      return { userId: user.id, bankAccountId: bank.id, accountNumber: number, as };
    },
    deposit: async ({ as, userId }, amountMinor, key = randomUUID()) => {
      const input = { userId, amountMinor, currency: "ZAR" as const, returnUrl: undefined };
      const { deposit } = await asTask(() => startDeposit(as, { ...input, idempotencyKey: key }));
      return deposit;
    },
    delayedDeposit: async (customer, amountMinor, key) => {
      const deposit = await world.deposit(customer, amountMinor, key);
      const expected = { status: "created", checkoutUrl: null, isDelayed: true };
      expect(deposit).toMatchObject(expected);
      return deposit;
    },
    depositLater: async (customer, amountMinor, key) => {
      await world.advance(31_000);
      await world.runJobs({ only: "deposit.open-checkout" });
      return world.deposit(customer, amountMinor, key);
    },
    cancelDeposit: ({ as, userId }, transactionId) =>
      asTask(() => cancelDeposit(as, { userId, transactionId })),
    withdraw: async ({ as, userId, bankAccountId }, amountMinor, key = randomUUID()) => {
      const input = { userId, amountMinor, currency: "ZAR" as const, bankAccountId };
      const { withdrawal } = await asTask(() =>
        createWithdrawal(as, { ...input, idempotencyKey: key }),
      );
      return withdrawal;
    },
    pay: async ({ reference }, card = {}) => {
      const [purchase] = await controls.purchases(reference);
      if (purchase === undefined) throw new Error(`no purchase has the reference ${reference}`);
      await controls.post(`purchases/${purchase.id}/pay`, card);
    },
    fund: async (customer, amountMinor) => {
      const deposit = await world.deposit(customer, amountMinor);
      await world.pay(deposit);
      await world.settle();
      return deposit;
    },
    runJobs: (jobOptions) => runDueJobs(world, jobOptions),
    settle: () => settle(world),
    drain: async (ms) => {
      const end = clock.now().getTime() + ms;
      await settle(world);
      for (;;) {
        const next = await jobs.nextDueAt();
        if (next === undefined || next.getTime() > end) break;
        await world.advance(Math.max(next.getTime() - clock.now().getTime(), 0) + 20_000);
        await settle(world);
      }
    },
    close: async () => {
      await sandbox.close();
      await receiver.close();
      await superuser.end();
      await base.reader.$disconnect();
      await database.drop();
    },
  };
  return world;
}

/** After anything has run, Revio may still be about to act on it: it takes two quiet looks. */
async function settle(world: MoneyWorld): Promise<void> {
  for (let looks = 1; looks > 0;) {
    const isQuiet = !(await hasDueDeliveries(world));
    const ran = await world.runJobs();
    looks = isQuiet && ran === 0 ? looks - 1 : 2;
  }
}

/** True while a delivery is under way, or due and not behind one that waits. */
async function hasDueDeliveries({ sandbox, ctx }: MoneyWorld): Promise<boolean> {
  const all = await sandbox.deliveries();
  const now = ctx.clock.now().getTime();
  const waits = (object: string) =>
    all.some(
      ({ state, objectId, nextAttemptMs }) =>
        objectId === object && (state === "held" || (state === "pending" && nextAttemptMs > now)),
    );
  return all.some(
    ({ state, objectId, nextAttemptMs }) =>
      state === "sending" || (state === "pending" && nextAttemptMs <= now && !waits(objectId)),
  );
}
