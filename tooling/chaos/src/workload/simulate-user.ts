import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { cardWithThreeDSecure, payOnCheckout } from "@revio-wallet/dev/pay-on-checkout";
import type { Random } from "../random.ts";
import { attemptOperation } from "./attempt-operation.ts";
import type { History, Operation, OperationKind } from "./history.ts";
import { ensureSignedIn, noteCall, type WalletUser } from "./wallet-user.ts";

interface Scene {
  readonly history: History;
  readonly user: WalletUser;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Amounts given out so far: each is used once, so that money can be told apart in the books. */
  amounts: number;
}

/** Requests per operation at most; a person gives up some time, and then nobody knows. */
const mostAttempts = 6;

/** One user's life until the signal: deposits, withdrawals, looks, and repeats of what got no clear answer. */
export async function simulateUser(
  history: History,
  user: WalletUser,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const scene: Scene = { history, user, random, signal, amounts: 0 };
  // Something to spend.
  await deposit(scene);
  while (!signal.aborted) {
    const dice = random.fraction();
    if (dice < 0.35) await deposit(scene);
    else if (dice < 0.7) await withdraw(scene);
    else await look(scene);
    await pause(scene, random.between(500, 1_800));
  }
}

async function deposit(scene: Scene): Promise<void> {
  const { history, random } = scene;
  const operation = open(scene, "deposit", random.between(2, 15) * 10_000);
  let opened = await carryOut(scene, operation);
  // Told that it takes longer: asks again with the same key, for a while.
  for (let looks = 0; opened?.isDelayed && looks < 3 && !scene.signal.aborted; looks += 1) {
    await pause(scene, random.between(2_000, 8_000));
    opened = await carryOut(scene, operation);
  }
  const checkoutUrl = opened?.checkoutUrl ?? null;
  // Some think better of it.
  if (checkoutUrl === null || random.chance(0.05)) return;
  for (let attempt = 1; attempt <= 4 && !scene.signal.aborted; attempt += 1) {
    const startedMs = history.now();
    try {
      await payOnCheckout(checkoutUrl, cardWithThreeDSecure);
      return note(history, startedMs, "ok", null);
    } catch (error) {
      // Paid already, perhaps: the page that says so leads no further.
      if (error instanceof Error && /stops at/.test(error.message)) {
        return note(history, startedMs, "info", "CHECKOUT_OVER");
      }
      note(history, startedMs, "info", "NO_ANSWER");
      await pause(scene, 1_000 * attempt);
    }
  }
}

function note(history: History, startedMs: number, outcome: "ok" | "info", code: string | null) {
  history.calls.push({ name: "checkout", startedMs, endedMs: history.now(), outcome, code });
}

async function withdraw(scene: Scene): Promise<void> {
  await carryOut(scene, open(scene, "withdrawal", scene.random.between(1, 12) * 10_000));
}

/** Balance, history, and something that was acknowledged before: it has to be there. */
async function look({ history, user, random }: Scene): Promise<void> {
  const api = random.between(0, user.clients.length - 1);
  await ensureSignedIn(history, user, api);
  const trpc = user.clients[api]?.trpc;
  if (trpc === undefined) return;
  await noteCall(history, "balance.get", () => trpc.balance.get.query({ currency: "ZAR" }));
  await noteCall(history, "transaction.list", () => trpc.transaction.list.query());
  const own = history.operations.filter(({ userId }) => userId === user.id);
  const answers = own.flatMap(({ attempts }) => attempts.flatMap(({ answer }) => answer ?? []));
  if (answers.length === 0) return;
  const { id, reference } = random.pick(answers);
  await noteCall(history, "transaction.get", () =>
    trpc.transaction.get.query({ transactionId: id }),
  );
  const last = history.calls.at(-1);
  if (last?.name === "transaction.get" && last.code === "NOT_FOUND") {
    const detail = "an acknowledged transaction was not found by its user";
    history.violations.push({ rule: "lost-ok", subject: reference, detail });
  }
}

function open(scene: Scene, kind: OperationKind, roundMinor: number): Operation {
  const { history, user } = scene;
  scene.amounts += 1;
  const operation: Operation = {
    userId: user.id,
    kind,
    key: randomUUID(),
    amountMinor: BigInt(roundMinor + (scene.amounts % 10_000)),
    bankAccountId: kind === "withdrawal" ? user.bankAccountId : null,
    attempts: [],
  };
  history.operations.push(operation);
  return operation;
}

/** Asks, at one API or at both at once; and again with the same key, at whichever API, while nobody knows. */
async function carryOut(scene: Scene, operation: Operation) {
  const { history, user, random } = scene;
  const apis = user.clients.length;
  const patience = random.between(1, mostAttempts);
  for (let attempt = 1; attempt <= patience; attempt += 1) {
    const api = random.between(0, apis - 1);
    await ensureSignedIn(history, user, api);
    const both = random.chance(0.1);
    const asked = both ? [...user.clients.keys()] : [api];
    const answers = await Promise.all(
      asked.map((each) => attemptOperation(history, user, operation, each)),
    );
    const answer = answers.find((found) => found !== undefined);
    const isKnown = answer !== undefined || isRefused(operation);
    // A repeat of what is known, too: it has to be the same answer.
    if (isKnown && !random.chance(0.1)) return answer;
    if (scene.signal.aborted) return answer;
    await pause(scene, Math.min(300 * 2 ** attempt, 5_000));
  }
  return undefined;
}

function isRefused({ attempts }: Operation): boolean {
  return attempts.at(-1)?.outcome === "fail" && attempts.at(-1)?.code !== "BUSY";
}

async function pause({ signal }: Scene, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
