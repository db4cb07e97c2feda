import type { inferRouterInputs, inferRouterOutputs, inferSubscriptionOutput } from "@trpc/server";
import type { AppRouter } from "./generated/contract.ts";

/** `Inputs["deposit"]["create"]` is what `trpc.deposit.create.mutate` takes. */
export type Inputs = inferRouterInputs<AppRouter>;

/** `Outputs["deposit"]["create"]` is what it answers. */
export type Outputs = inferRouterOutputs<AppRouter>;

/** One status change as it arrives on `trpc.transaction.onUpdate`. */
export type TransactionUpdate = inferSubscriptionOutput<
  AppRouter["transaction"]["onUpdate"]
>["data"];
