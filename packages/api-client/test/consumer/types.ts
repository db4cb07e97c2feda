/* What a partner's compiler must infer. Each line that follows an @ts-expect-error must not compile. */
import {
  type ApiClient,
  type AppRouter,
  createApiClient,
  type ErrorData,
  type Inputs,
  type Outputs,
  type TransactionUpdate,
} from "@revio-wallet/api-client";
import type { Money } from "@revio-wallet/api-client/money";
import { type ApiError, isApiError } from "@revio-wallet/api-client/errors";
import type { TRPCClientError } from "@trpc/client";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<Claim extends true>(): Claim | undefined {
  return undefined;
}
type IsAny<T> = 0 extends 1 & T ? true : false;

declare const client: ApiClient;
const { trpc } = client;

export async function outputs(): Promise<void> {
  const created = await trpc.deposit.create.mutate({
    amountMinor: 1n,
    currency: "ZAR",
    idempotencyKey: crypto.randomUUID(),
  });
  holds<Same<typeof created, Outputs["deposit"]["create"]>>();
  holds<Same<typeof created.deposit.amountMinor, bigint>>();
  holds<Same<typeof created.deposit.createdAt, Date>>();
  holds<Same<typeof created.deposit.checkoutUrl, string | null>>();
  holds<Same<typeof created.replayed, boolean>>();
  holds<Same<typeof created.deposit.currency, "ZAR">>();
  holds<Same<IsAny<typeof created>, false>>();

  const page = await trpc.transaction.list.query();
  holds<Same<typeof page.nextCursor, string | null>>();
  const [transaction] = page.items;
  if (transaction?.kind === "deposit") holds<Same<typeof transaction.kind, "deposit">>();
  // @ts-expect-error there is no such status
  if (transaction?.status === "done") return;

  // Internal fields are not there.
  // @ts-expect-error the provider's id stays inside
  void created.deposit.providerPurchaseId;
  // @ts-expect-error whose deposit it is, the caller knows
  void created.deposit.userId;
  // @ts-expect-error other people's procedures are not in this contract
  void trpc.user.suspend;
}

export async function inputs(): Promise<void> {
  const idempotencyKey: string = crypto.randomUUID();
  // @ts-expect-error amounts are bigints, and never numbers
  await trpc.deposit.create.mutate({ amountMinor: 100, currency: "ZAR", idempotencyKey });
  // @ts-expect-error a key is needed
  await trpc.deposit.create.mutate({ amountMinor: 100n, currency: "ZAR" });
  // @ts-expect-error not a currency of the wallet
  await trpc.deposit.create.mutate({ amountMinor: 100n, currency: "USD", idempotencyKey });
  // @ts-expect-error a mutation is no query
  await trpc.deposit.create.query({ amountMinor: 100n, currency: "ZAR", idempotencyKey });
  const money: Money = { amountMinor: 1n, currency: "ZAR" };
  const input: Inputs["deposit"]["create"] = { ...money, idempotencyKey };
  await trpc.deposit.create.mutate(input);
}

export function updates(): void {
  trpc.transaction.onUpdate.subscribe(undefined, {
    onData: ({ id, data }) => {
      holds<Same<typeof id, string>>();
      holds<Same<typeof data, TransactionUpdate>>();
      holds<Same<typeof data.transaction.amountMinor, bigint>>();
    },
  });
}

export function errors(error: unknown): string {
  holds<Same<NonNullable<TRPCClientError<AppRouter>["data"]>, ErrorData>>();
  holds<Same<IsAny<ErrorData["appCode"]>, false>>();
  if (!isApiError(error)) return "";
  holds<Same<typeof error.data.retryAfterMs, number | undefined>>();
  const known: ApiError = error;
  switch (known.data.appCode) {
    case "INSUFFICIENT_FUNDS":
      return "top up";
    // @ts-expect-error there is no such code
    case "NO_SUCH_CODE":
      return "";
    default:
      return known.data.requestId;
  }
}

// @ts-expect-error an address is needed
createApiClient({});
