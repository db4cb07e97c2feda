import type { OperatorRole } from "@revio-wallet/db/sql/operators";

const everybody = [
  "viewer",
  "support",
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
] as const;
const reconcilers = [
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
] as const;
const working = ["support", ...reconcilers] as const;

/**
 * Which roles may do what: one line per thing that somebody can be allowed to. Who asks for an approval and who gives it stands in
 * the table `approval_rights`, because the database asks for that as well.
 */
export const permissions = {
  "home.view": everybody,
  /** Filters of lists that one keeps for oneself or shares. */
  "views.use": everybody,
  "transactions.view": everybody,
  "transactions.note": working,
  "transactions.export": working,
  "withdrawals.cancel": ["operator", "reconciliation_checker", "administrator"],
  "users.view": everybody,
  /** Account numbers, telephone numbers: shown for a reason, which is kept. */
  "users.reveal": ["support", "operator", "administrator"],
  "users.endSessions": ["support", "operator", "administrator"],
  "users.suspend": ["support", "operator", "administrator"],
  "users.freeze": ["operator", "reconciliation_checker", "administrator"],
  "users.unfreeze": ["reconciliation_checker", "administrator"],
  "ledger.view": everybody,
  "webhooks.view": everybody,
  "webhooks.reveal": ["operator", "administrator"],
  "webhooks.reprocess": ["operator", "administrator"],
  "reconciliation.view": everybody,
  "reconciliation.start": reconcilers,
  "breaks.work": working,
  /** Join what only Revio has to what only the ledger has: nothing is posted by it. */
  "breaks.link": ["reconciliation_maker", "reconciliation_checker", "administrator"],
  "approvals.view": everybody,
  /** One's own request, for who may make any. */
  "approvals.withdraw": reconcilers,
  "queues.view": everybody,
  "queues.redrive": ["operator", "administrator"],
  "audit.view": everybody,
  /** Verifying a stretch of the hash chain now: it costs the database something. */
  "audit.verify": reconcilers,
  "operators.view": everybody,
  "operators.manage": ["administrator"],
  "settings.view": everybody,
  "outgoing.stop": ["operator", "reconciliation_checker", "administrator"],
  "outgoing.resume": ["administrator"],
} as const satisfies Record<string, readonly OperatorRole[]>;

export type Permission = keyof typeof permissions;

/** Everything that a role may do. */
export function permissionsOf(role: OperatorRole): Permission[] {
  return (Object.keys(permissions) as Permission[]).filter((each) => isPermitted(role, each));
}

export function isPermitted(role: string, permission: Permission): boolean {
  return (permissions[permission] as readonly string[]).includes(role);
}
