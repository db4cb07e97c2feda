import type { RouterOutputs } from "../trpc/operator-router.ts";

export type FoundType = RouterOutputs["search"]["find"][number]["type"];

/** The page of one thing. Jobs have none of their own: the queue that they are in. */
export function pageOf(found: { type: FoundType; id: string; label: string }): string {
  const { type, id, label } = found;
  return {
    transaction: `/transactions/${id}`,
    user: `/users/${id}`,
    journal_entry: `/ledger/entries/${id}`,
    ledger_account: accountPage(id),
    provider_event: `/webhooks/${id}`,
    approval: `/approvals/${id}`,
    break: `/reconciliation/breaks/${id}`,
    reconciliation_run: `/reconciliation/runs/${id}`,
    job: `/queues/${encodeURIComponent(label)}`,
    operator: `/operators/${id}`,
    audit_event: `/audit/${id}`,
  }[type];
}

/** An account's page, by its code: "house:revio_float:ZAR". */
export function accountPage(code: string): string {
  return `/ledger/accounts/${encodeURIComponent(code)}`;
}
