import type { OperatorRouter } from "@revio-wallet/api/operator-router";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";

export type { OperatorRouter };
export type RouterInputs = inferRouterInputs<OperatorRouter>;
export type RouterOutputs = inferRouterOutputs<OperatorRouter>;
