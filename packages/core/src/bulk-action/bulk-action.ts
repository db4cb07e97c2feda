import type { Permission } from "../operator/permissions.ts";

/** What may be done to many transactions at once: nothing that lets money leave. */
export const bulkActions = ["add_note", "cancel_withdrawals"] as const;
export type BulkAction = (typeof bulkActions)[number];

export const bulkPermissions: Record<BulkAction, Permission> = {
  add_note: "transactions.note",
  cancel_withdrawals: "withdrawals.cancel",
};

/** Rows of one call. */
export const mostBulkRows = 100;

/** Why the action does not fit this transaction as it stands; null: it does. */
export function obstacleTo(
  action: BulkAction,
  transaction: { kind: string; status: string },
): string | null {
  if (action === "add_note") return null;
  if (transaction.kind !== "withdrawal") return "It is no withdrawal.";
  if (transaction.status === "cancelled") return "It is cancelled already.";
  return transaction.status === "awaiting_approval" || transaction.status === "queued"
    ? null
    : "Only a withdrawal that still waits can be taken back.";
}
