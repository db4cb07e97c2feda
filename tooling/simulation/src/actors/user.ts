import type { Actor } from "@revio-wallet/core/context";
import { addBankAccount } from "@revio-wallet/core/bank-account/add-bank-account";
import { cancelDeposit } from "@revio-wallet/core/revio/cancel-deposit";
import { startDeposit } from "@revio-wallet/core/revio/start-deposit";
import { cancelWithdrawal } from "@revio-wallet/core/withdrawal/cancel-withdrawal";
import { createWithdrawal } from "@revio-wallet/core/withdrawal/create-withdrawal";
import { accountNumberPrefix } from "../secrets.ts";
import type { Customer } from "../customer.ts";
import type { Operation, Outcome } from "../history.ts";
import { type Random, seededUuid } from "../random.ts";
import type { Strand } from "../strand.ts";
import { onProcess, outcomeOf, refusalOf } from "../answers.ts";
import type { World } from "../world.ts";
import { payLater } from "./payer.ts";

/** A person with devices: asks for things, sees an answer or none, asks again. */
export function spawnUser(world: World, customer: Customer): void {
  for (let device = 1; device <= world.swarm.devices; device++) {
    spawnDevice(world, customer, `${customer.name}'s device ${device}`, device === 1);
  }
}

function spawnDevice(world: World, customer: Customer, name: string, isFirst: boolean): void {
  const random = world.random.fork(name);
  world.busy += 1;
  world.scheduler.spawn(name, undefined, async (strand) => {
    try {
      if (isFirst) await fund(world, strand, customer, random);
      else await world.scheduler.sleep(strand, 35_000, "waits for the money");
      for (let left = world.swarm.operationsPerDevice; left > 0 && !world.healed; left--) {
        await world.scheduler.sleep(strand, random.int(1, world.swarm.thinkMs), "thinks");
        await act(world, strand, customer, random);
      }
    } finally {
      world.busy -= 1;
    }
  });
}

async function fund(world: World, strand: Strand, customer: Customer, random: Random) {
  const amountMinor = BigInt(random.int(200_000, 3_000_000));
  const outcome = await request(world, strand, customer, random, "deposit", amountMinor);
  if (outcome.type === "ok") payLater(world, outcome.transactionId, { certain: true });
  await world.scheduler.sleep(strand, 30_000, "waits for the money");
}

async function act(world: World, strand: Strand, customer: Customer, random: Random) {
  const choice = random.next();
  if (choice < 0.3) {
    const amountMinor = BigInt(random.int(1_000, 200_000));
    const outcome = await request(world, strand, customer, random, "deposit", amountMinor);
    if (outcome.type !== "ok") return;
    payLater(world, outcome.transactionId, { certain: false });
    if (random.chance(0.15)) await cancel(world, strand, customer, "deposit", outcome);
    return;
  }
  if (choice < 0.75) {
    const large = random.chance(0.2);
    const amountMinor = BigInt(
      large ? random.int(1_000_001, 2_000_000) : random.int(1_000, 900_000),
    );
    const outcome = await request(world, strand, customer, random, "withdrawal", amountMinor);
    if (outcome.type === "ok" && random.chance(0.25)) {
      await world.scheduler.sleep(strand, random.int(1, 30_000), "has second thoughts");
      await cancel(world, strand, customer, "withdrawal", outcome);
    }
    return;
  }
  if (choice < 0.9) return askTwiceAtOnce(world, strand, customer, random);
  await addAccount(world, strand, customer, random);
}

function actorOf(customer: Customer): Actor {
  return { kind: "user", id: customer.userId, sessionId: customer.userId };
}

function send(
  world: World,
  strand: Strand,
  customer: Customer,
  operation: Pick<Operation, "kind" | "key" | "amountMinor">,
): Promise<Outcome> {
  const { userId, bankAccountId } = customer;
  const { kind, key, amountMinor } = operation;
  const input = { userId, amountMinor, currency: "ZAR" as const, idempotencyKey: key };
  const work = onProcess(world, strand, "api", async () => {
    const ctx = world.contextOf(strand, actorOf(customer));
    return kind === "deposit"
      ? (await startDeposit(ctx, { ...input, returnUrl: undefined })).deposit
      : (await createWithdrawal(ctx, { ...input, bankAccountId })).withdrawal;
  });
  return outcomeOf(world, work);
}

/** One intent, asked again with the same key until there is a definitive answer. */
export async function insist(
  world: World,
  strand: Strand,
  customer: Customer,
  kind: Operation["kind"],
  amountMinor: bigint,
): Promise<Outcome> {
  const random = world.random.fork(`${strand.name} ${world.operations.length}`);
  const operation = begin(world, customer, random, kind, amountMinor);
  for (;;) {
    const outcome = await record(world, strand, customer, operation);
    if (outcome.type !== "info") return outcome;
    await world.scheduler.sleep(strand, 20_000, "asks again soon");
  }
}

/** One intent under one key: asked again while the answer is unknown, and sometimes when it is known. */
async function request(
  world: World,
  strand: Strand,
  customer: Customer,
  random: Random,
  kind: Operation["kind"],
  amountMinor: bigint,
): Promise<Outcome> {
  const { scheduler, probes } = world;
  const operation = begin(world, customer, random, kind, amountMinor);
  let outcome = await record(world, strand, customer, operation);
  for (let tries = random.int(0, 4); tries > 0 && outcome.type === "info"; tries--) {
    await scheduler.sleep(strand, random.int(500, 40_000), "asks again soon");
    probes.sometimes("key repeated after an unknown outcome");
    outcome = await record(world, strand, customer, operation);
  }
  if (outcome.type !== "info" && random.chance(0.15)) {
    probes.sometimes("key repeated after a definitive answer");
    await record(world, strand, customer, operation);
  }
  if (random.chance(0.08)) {
    probes.sometimes("key repeated with another request");
    const other = { ...operation, amountMinor: operation.amountMinor + 1n };
    operation.forgedOutcomes.push(await send(world, strand, customer, other));
  }
  if (outcome.type === "fail" && outcome.code === "INSUFFICIENT_FUNDS") {
    probes.sometimes("refused for insufficient funds");
  }
  return outcome;
}

function begin(
  world: World,
  customer: Customer,
  random: Random,
  kind: Operation["kind"],
  amountMinor: bigint,
): Operation {
  const operation: Operation = {
    kind,
    amountMinor,
    key: seededUuid(random),
    userId: customer.userId,
    outcomes: [],
    forgedOutcomes: [],
  };
  world.operations.push(operation);
  return operation;
}

async function record(
  world: World,
  strand: Strand,
  customer: Customer,
  operation: Operation,
): Promise<Outcome> {
  const outcome = await send(world, strand, customer, operation);
  operation.outcomes.push(outcome);
  const words =
    outcome.type === "ok"
      ? outcome.transactionId
      : outcome.type === "fail"
        ? outcome.code
        : outcome.error;
  const asked = `${operation.kind} of ${operation.amountMinor}`;
  world.scheduler.note(strand.name, `${asked} → ${outcome.type} ${words}`);
  return outcome;
}

/** A double click, on one key, or two devices with a key each. */
async function askTwiceAtOnce(world: World, strand: Strand, customer: Customer, random: Random) {
  const amountMinor = BigInt(random.int(1_000, 900_000));
  const sameKey = random.chance(0.5);
  const first = begin(world, customer, random, "withdrawal", amountMinor);
  const second = sameKey ? first : begin(world, customer, random, "withdrawal", amountMinor);
  world.probes.sometimes("double click");
  world.busy += 1;
  world.scheduler.spawn(`${customer.name}'s double click`, undefined, async (other) => {
    await record(world, other, customer, second).finally(() => {
      world.busy -= 1;
    });
  });
  await record(world, strand, customer, first);
}

async function cancel(
  world: World,
  strand: Strand,
  { userId, ...customer }: Customer,
  kind: Operation["kind"],
  { transactionId }: { transactionId: string },
): Promise<void> {
  try {
    await onProcess(world, strand, "api", async () => {
      const ctx = world.contextOf(strand, actorOf({ userId, ...customer }));
      const verb = kind === "deposit" ? cancelDeposit : cancelWithdrawal;
      await verb(ctx, { userId, transactionId });
    });
    world.probes.sometimes(kind === "deposit" ? "deposit cancelled" : "withdrawal cancelled");
  } catch (error) {
    const refusal = refusalOf(world, error);
    world.scheduler.note(strand.name, `cancels ${transactionId}: ${JSON.stringify(refusal)}`);
  }
}

async function addAccount(world: World, strand: Strand, customer: Customer, random: Random) {
  try {
    await onProcess(world, strand, "api", () =>
      addBankAccount(world.contextOf(strand, actorOf(customer)), {
        branchCode: "250655",
        accountNumber: `${accountNumberPrefix}${random.int(100, 999)}`,
        accountHolder: "Thandi Nkosi",
        accountType: "current",
      }),
    );
    world.probes.sometimes("bank account added");
  } catch (error) {
    refusalOf(world, error);
  }
}
