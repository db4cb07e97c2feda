import type { RouterOutputs } from "../../../trpc/operator-router.ts";

export type OperatorRow = RouterOutputs["operator"]["list"]["items"][number];
export type OperatorDetails = RouterOutputs["operator"]["get"];

export const roles = [
  "viewer",
  "support",
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
] as const;
export type Role = (typeof roles)[number];
