/** Kinds of customer-visible money movements. */
export const transactionKinds = [
  "deposit",
  "withdrawal",
  "refund",
  "chargeback",
  "adjustment",
] as const;
export type TransactionKind = (typeof transactionKinds)[number];

/**
 * Where each status may go, per kind. The tables transaction_statuses and transaction_status_changes hold the same, and a
 * trigger enforces them.
 */
export const statusChanges = {
  deposit: {
    created: ["awaiting_payment", "completed", "failed", "expired", "cancelled", "in_review"],
    awaiting_payment: ["completed", "failed", "expired", "cancelled", "in_review"],
    completed: [],
    // Late success: the payer's attempt was still in flight when we gave up.
    failed: ["completed", "in_review"],
    expired: ["completed", "in_review"],
    cancelled: ["completed", "in_review"],
    in_review: ["completed", "failed"],
  },
  withdrawal: {
    awaiting_approval: ["queued", "rejected", "cancelled"],
    queued: ["processing", "cancelled", "failed", "in_doubt"],
    // Back to queued: Revio refused to execute (no funds yet), so another payout may be tried.
    processing: ["completed", "failed", "in_doubt", "queued"],
    in_doubt: ["processing", "completed", "failed", "queued"],
    completed: ["returned"],
    failed: [],
    cancelled: [],
    rejected: [],
    returned: [],
  },
  refund: { completed: [] },
  chargeback: { completed: ["reversed"], reversed: [] },
  adjustment: { completed: [] },
} as const satisfies Record<TransactionKind, Record<string, readonly string[]>>;

export type StatusOf<Kind extends TransactionKind> = Extract<
  keyof (typeof statusChanges)[Kind],
  string
>;
export type DepositStatus = StatusOf<"deposit">;
export type WithdrawalStatus = StatusOf<"withdrawal">;
export type TransactionStatus = { [Kind in TransactionKind]: StatusOf<Kind> }[TransactionKind];

/** Every status that a transaction of any kind can have. */
export const transactionStatuses = [
  ...new Set(Object.values(statusChanges).flatMap((statuses) => Object.keys(statuses))),
] as TransactionStatus[];

export function mayChange(kind: TransactionKind, from: string, to: string): boolean {
  const changes: Record<string, readonly string[]> = statusChanges[kind];
  return Object.hasOwn(changes, from) && (changes[from]?.includes(to) ?? false);
}
