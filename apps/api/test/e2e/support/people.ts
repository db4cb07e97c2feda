import { randomUUID } from "node:crypto";
import { liftLimits } from "./database.ts";
import { payPurchaseOf } from "./sandbox.ts";
import { until } from "./until.ts";
import { anyone, call, type Caller, type OutputOf } from "./wallet-client.ts";

/** A signed-in user of the wallet. */
export interface Person extends Caller {
  userId: string;
  email: string;
  password: string;
  accessToken: string;
  refreshToken: string;
}

export const password = "seven quiet herons over Knysna";

/** Registers somebody new and signs them in, from an address of their own. */
export async function newPerson(): Promise<Person> {
  const caller = anyone();
  const email = `person-${randomUUID()}@example.com`;
  const { id } = await call(caller, "user.register", { email, fullName: "Naledi Dube", password });
  await liftLimits(id);
  const { accessToken, refreshToken } = await signIn(caller, email);
  return { ...caller, userId: id, email, password, accessToken, refreshToken };
}

export function signIn(caller: Caller, email: string) {
  return call({ address: caller.address }, "session.signIn", { email, password });
}

export type Deposit = OutputOf<"deposit.get">;
export type Withdrawal = OutputOf<"withdrawal.get">;

export async function openDeposit(person: Caller, amountMinor: bigint): Promise<Deposit> {
  const idempotencyKey = randomUUID();
  const input = { amountMinor, currency: "ZAR", idempotencyKey } as const;
  return (await call(person, "deposit.create", input)).deposit;
}

export function depositOnce(
  person: Caller,
  id: string,
  status: Deposit["status"],
  timeoutMs?: number,
) {
  const look = async () => {
    const deposit = await call(person, "deposit.get", { transactionId: id });
    return deposit.status === status && deposit;
  };
  return until(`deposit ${status}`, look, timeoutMs);
}

export function withdrawalOnce(
  person: Caller,
  id: string,
  status: Withdrawal["status"],
  timeoutMs?: number,
) {
  const look = async () => {
    const withdrawal = await call(person, "withdrawal.get", { transactionId: id });
    return withdrawal.status === status && withdrawal;
  };
  return until(`withdrawal ${status}`, look, timeoutMs);
}

/** Pays money in, all the way: deposit, checkout, webhook, credit. */
export async function payIn(person: Caller, amountMinor: bigint): Promise<Deposit> {
  const deposit = await openDeposit(person, amountMinor);
  await payPurchaseOf(deposit.reference);
  return depositOnce(person, deposit.id, "completed");
}

/** Account numbers that end otherwise than on 90xx are paid by the sandbox's bank without fuss. */
let nextAccount = 62_000_001_00;

export async function addBankAccount(person: Caller, accountNumber?: string): Promise<string> {
  const { id } = await call(person, "bankAccount.add", {
    branchCode: "250655",
    accountNumber: accountNumber ?? String(nextAccount++),
    accountHolder: "Naledi Dube",
    accountType: "current",
  });
  return id;
}

/** Account number that the sandbox's bank treats in the way that the suffix stands for. */
export function accountEndingOn(suffix: string): string {
  return `6200${String(nextAccount++ % 100).padStart(2, "0")}${suffix}`;
}

export async function takeOut(
  person: Caller,
  bankAccountId: string,
  amountMinor: bigint,
): Promise<Withdrawal> {
  const idempotencyKey = randomUUID();
  const input = { amountMinor, currency: "ZAR", bankAccountId, idempotencyKey } as const;
  return (await call(person, "withdrawal.create", input)).withdrawal;
}

export async function balanceOf(person: Caller) {
  const { availableMinor, pendingMinor, receivableMinor } = await call(person, "balance.get", {
    currency: "ZAR",
  });
  return { availableMinor, pendingMinor, receivableMinor };
}
