import type { RouterOutputs } from "../trpc/operator-router.ts";

export type FoundType = RouterOutputs["search"]["find"][number]["type"];

/** The page of one thing. */
export function pageOf({ type, id }: { type: FoundType; id: string }): string {
  return {
    transaction: `/transactions/${id}`,
    user: `/users/${id}`,
    journal_entry: `/ledger/entries/${id}`,
    ledger_account: accountPage(id),
    provider_event: `/webhooks/${id}`,
    approval: `/approvals/${id}`,
    break: `/reconciliation/breaks/${id}`,
    reconciliation_run: `/reconciliation/runs/${id}`,
    job: `/jobs/${id}`,
    operator: `/operators/${id}`,
    audit_event: `/audit/${id}`,
  }[type];
}

/** An account's page, by its code: "house:revio_float:ZAR". */
export function accountPage(code: string): string {
  return `/ledger/accounts/${encodeURIComponent(code)}`;
}
