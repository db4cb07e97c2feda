import type { RouterOutputs } from "../../../../trpc/operator-router.ts";

export type RunRow = RouterOutputs["reconciliation"]["list"][number];
export type RunLine = RouterOutputs["reconciliation"]["listLines"][number];

export const verdicts = ["matched", "break", "ignored"] as const;
