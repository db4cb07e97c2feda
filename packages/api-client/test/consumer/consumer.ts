/*
 * A partner's program: compiled and run against a live API from a project of its own, with nothing of this repository but
 * the installed package.
 */
import { createApiClient, type TransactionUpdate } from "@revio-wallet/api-client";
import {
  isApiError,
  isRetryable,
  moneyMayHaveMoved,
  userMessage,
} from "@revio-wallet/api-client/errors";
import { runIntent } from "@revio-wallet/api-client/idempotency";
import { formatMoney, parseMoney } from "@revio-wallet/api-client/money";

declare const process: {
  env: Record<string, string | undefined>;
  stdout: { write(text: string): void };
};

const apiUrl = process.env["API_URL"] ?? "";
const sandboxUrl = process.env["SANDBOX_URL"] ?? "";
const email = `${crypto.randomUUID()}@example.com`;
const password = `${crypto.randomUUID()}-Zq`;

const { trpc, ...session } = createApiClient({ baseUrl: apiUrl });

const user = await session.register({ email, fullName: "Sipho Dlamini", password });
await session.signIn({ email, password });

const updates: TransactionUpdate[] = [];
const waiting = new Set<() => void>();
const stream = trpc.transaction.onUpdate.subscribe(undefined, {
  onData: ({ data }) => {
    updates.push(data);
    for (const wake of waiting) wake();
  },
  onError: (error) => {
    throw error;
  },
});

async function becomes(transactionId: string, status: TransactionUpdate["status"]): Promise<void> {
  const has = (): boolean =>
    updates.some((update) => update.transaction.id === transactionId && update.status === status);
  const tooLate = Date.now() + 60_000;
  while (!has()) {
    if (Date.now() > tooLate) throw new Error(`${transactionId} did not become ${status}`);
    await new Promise<void>((resolve) => {
      waiting.add(resolve);
      setTimeout(resolve, 1_000);
    });
  }
}

const paidIn = parseMoney("R1,250.00");
const paidOut = parseMoney("400,00");
if (paidIn === undefined || paidOut === undefined) throw new Error("amounts were not understood");

const { deposit } = await runIntent("deposit", paidIn, (input) =>
  trpc.deposit.create.mutate({ ...input, returnUrl: "http://localhost:5173/done" }),
);
const purchaseId = new URL(deposit.checkoutUrl ?? "").pathname.split("/")[2];
const paid = await fetch(`${sandboxUrl}/sandbox/purchases/${purchaseId}/pay`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: "{}",
});
if (!paid.ok) throw new Error(`the sandbox took no payment: ${await paid.text()}`);
await becomes(deposit.id, "completed");
const afterDeposit = await trpc.balance.get.query({ currency: "ZAR" });

const bankAccount = await trpc.bankAccount.add.mutate({
  branchCode: "250655",
  accountNumber: "62000000123",
  accountHolder: "Sipho Dlamini",
  accountType: "current",
});
const idempotencyKey = crypto.randomUUID();
const wanted = { ...paidOut, bankAccountId: bankAccount.id, idempotencyKey };
const { withdrawal } = await trpc.withdrawal.create.mutate(wanted);
const again = await trpc.withdrawal.create.mutate(wanted);
await becomes(withdrawal.id, "completed");
stream.unsubscribe();

const tooMuch: unknown = await trpc.withdrawal.create
  .mutate({ ...wanted, amountMinor: 99_999_999n, idempotencyKey: crypto.randomUUID() })
  .catch((error: unknown) => error);
const invalid: unknown = await trpc.deposit.create
  .mutate({ amountMinor: -5n, currency: "ZAR", idempotencyKey: "no uuid" })
  .catch((error: unknown) => error);
const history = await trpc.transaction.list.query({ limit: 10 });
const balance = await trpc.balance.get.query({ currency: "ZAR" });
await session.signOut();
const afterwards: unknown = await trpc.user.me.query().catch((error: unknown) => error);

const describe = (error: unknown): unknown =>
  isApiError(error)
    ? {
        code: error.data.appCode,
        fields: error.data.fieldErrors?.map(({ path }) => path),
        retryable: isRetryable(error),
        moved: moneyMayHaveMoved(error.data.appCode),
        message: userMessage(error),
        hasRequestId: error.data.requestId.length > 0,
      }
    : String(error);

process.stdout.write(
  JSON.stringify({
    sameUser: user.email === email,
    afterDeposit: formatMoney({ amountMinor: afterDeposit.availableMinor, currency: "ZAR" }),
    bankAccount: bankAccount.maskedAccountNumber,
    replayed: again.replayed && again.withdrawal.id === withdrawal.id,
    seen: updates.map(({ status, transaction }) => `${transaction.kind} ${status}`),
    history: history.items.map(({ kind, status, amountMinor }) => [kind, status, `${amountMinor}`]),
    isDate: history.items.every(({ createdAt }) => createdAt instanceof Date),
    balance: formatMoney({ amountMinor: balance.availableMinor, currency: balance.currency }),
    tooMuch: describe(tooMuch),
    invalid: describe(invalid),
    afterwards: describe(afterwards),
  }),
);
