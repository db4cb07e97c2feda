import { localAppOrigin } from "@revio-wallet/dev/stack-api";
import type { Answer, History, Operation } from "./history.ts";
import { judgeError } from "./judge-error.ts";
import type { WalletUser } from "./wallet-user.ts";

interface ApiTransaction {
  readonly id: string;
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly checkoutUrl?: string | null;
  readonly isDelayed?: boolean;
}

/** One request of an operation at one API, noted in the history. @returns what the API said, if it said yes */
export async function attemptOperation(
  history: History,
  user: WalletUser,
  operation: Operation,
  api: number,
): Promise<ApiTransaction | undefined> {
  const startedMs = history.now();
  try {
    const transaction = await request(user, operation, api);
    const answer = toAnswer(transaction);
    operation.attempts.push({
      api,
      startedMs,
      endedMs: history.now(),
      outcome: "ok",
      code: null,
      answer,
    });
    return transaction;
  } catch (error) {
    const { outcome, code, finding } = judgeError(error, operation.kind);
    operation.attempts.push({ api, startedMs, endedMs: history.now(), outcome, code });
    if (finding !== undefined) {
      const subject = `${operation.kind} ${operation.key}`;
      history.violations.push({ rule: "unclassified-error", subject, detail: finding });
    }
    return undefined;
  }
}

async function request(
  user: WalletUser,
  { kind, key, amountMinor, bankAccountId }: Operation,
  api: number,
): Promise<ApiTransaction> {
  const client = user.clients[api];
  if (client === undefined) throw new Error(`there is no API ${api}`);
  const money = { amountMinor, currency: "ZAR", idempotencyKey: key } as const;
  if (kind === "deposit") {
    const returnUrl = `${localAppOrigin}/deposit/done`;
    return (await client.trpc.deposit.create.mutate({ ...money, returnUrl })).deposit;
  }
  const input = { ...money, bankAccountId: bankAccountId ?? "" };
  return (await client.trpc.withdrawal.create.mutate(input)).withdrawal;
}

/** The whole answer, comparable: a repeat has to say the same to the letter. */
function toAnswer(transaction: ApiTransaction): Answer {
  const text = JSON.stringify(transaction, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  const { id, reference, amountMinor, isDelayed = false } = transaction;
  return { id, reference, amountMinor: amountMinor.toString(), text, isDelayed };
}
