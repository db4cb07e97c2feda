import { hasApprovalRight } from "@revio-wallet/db/sql/approvals";
import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import { findOperatorNames } from "@revio-wallet/db/sql/operator-names";
import type { Queryable } from "@revio-wallet/db/pool";
import {
  readTransactionFacts,
  type TransactionFacts,
} from "@revio-wallet/db/sql/transaction-facts";
import { findTransaction, type TransactionRow } from "@revio-wallet/db/sql/transactions";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { isPermitted, type Permission } from "../operator/permissions.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { toTransaction, type Transaction } from "./transaction.ts";
import type { TransactionKind, TransactionStatus } from "./transaction-status.ts";

/** Everything that an operator needs to see of a transaction at a glance. */
export interface InspectedTransaction extends Omit<TransactionFacts, "related"> {
  transaction: Transaction & { userId: string; expiresAt: Date | null };
  /** Names of the operators that stand in it by their ids. */
  operators: { id: string; name: string }[];
  related: (Omit<TransactionFacts["related"][number], "kind" | "status"> & {
    kind: TransactionKind;
    status: TransactionStatus;
  })[];
  actions: TransactionAction[];
}

/** What may be done from here, as it stands now; the verb asks again. */
export interface TransactionAction {
  action:
    | "cancel_withdrawal"
    | "approve_withdrawal"
    | "reject_withdrawal"
    | "request_payout_resolution"
    | "decide_payout_resolution"
    | "request_adjustment"
    | "add_note";
  isAllowed: boolean;
  /** Why not, for people. */
  reason: string | null;
}

/**
 * A transaction with all that belongs to it, and what this operator may do about it.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function inspectTransaction(
  ctx: Pick<Context, "pool" | "actor" | "clock">,
  input: { transactionId: string },
): Promise<InspectedTransaction> {
  return withSnapshot(
    ctx.pool,
    async (db) => {
      await requireOperator(ctx, db, "transactions.view");
      const row = await findTransaction(db, input.transactionId);
      if (row === undefined) throw notFound("transaction");
      const facts = await readTransactionFacts(db, row);
      const ids = facts.approvals.flatMap(({ kind, requestedBy, decidedBy }) => [
        ...(kind === "withdrawal" ? [] : [requestedBy]),
        ...(decidedBy === null ? [] : [decidedBy]),
      ]);
      const names = await findOperatorNames(db, ids);
      const { userId, expiresAt } = row;
      return {
        ...facts,
        transaction: { ...toTransaction(row, ctx.clock.now()), userId, expiresAt },
        related: facts.related.map((one) => ({
          ...one,
          kind: one.kind as TransactionKind,
          status: one.status as TransactionStatus,
        })),
        operators: [...names].map(([id, name]) => ({ id, name })),
        actions: await actionsOf(ctx, db, row, facts),
      };
    },
    { timeoutSeconds: 15 },
  );
}

const role = "Your role may not do this.";

async function actionsOf(
  ctx: Pick<Context, "actor" | "clock">,
  db: Queryable,
  row: TransactionRow,
  facts: TransactionFacts,
): Promise<TransactionAction[]> {
  const operatorId = ctx.actor.id;
  const myRole = (await findActiveOperatorRole(db, operatorId)) ?? "";
  const may = (permission: Permission) => isPermitted(myRole, permission);
  const right = (of: Parameters<typeof hasApprovalRight>[1]) => hasApprovalRight(db, of);
  const open = (kind: string) =>
    facts.approvals.find((one) => one.kind === kind && one.state === "requested");
  const resolution = open("payout_resolution");
  const isInDoubt = row.status === "in_doubt";
  const mayDecideWithdrawal = await right({ operatorId, decide: "withdrawal" });
  const notWaiting = row.status !== "awaiting_approval" && "It does not wait for an approval.";
  const forWithdrawals: TransactionAction[] =
    row.kind !== "withdrawal"
      ? []
      : [
          action(
            "cancel_withdrawal",
            !may("withdrawals.cancel") && role,
            row.status !== "awaiting_approval" &&
              row.status !== "queued" &&
              "Only a withdrawal that still waits can be taken back.",
          ),
          action(
            "approve_withdrawal",
            !mayDecideWithdrawal && role,
            notWaiting,
            facts.user.outgoingFrozenAt !== null &&
              "Outgoing money of this user is frozen: lift that first, or reject it.",
          ),
          action("reject_withdrawal", !mayDecideWithdrawal && role, notWaiting),
          action(
            "request_payout_resolution",
            !(await right({ operatorId, request: "payout_resolution" })) && role,
            !isInDoubt && "It is not in doubt.",
            resolution !== undefined && "A proposal about it waits for a decision.",
          ),
          action(
            "decide_payout_resolution",
            !(await right({ operatorId, decide: "payout_resolution" })) && role,
            resolution === undefined && "Nobody has proposed what became of the payout.",
            resolution?.requestedBy === operatorId &&
              "You proposed it: somebody else has to decide.",
            isExpired(resolution?.expiresAt, ctx.clock.now()) && "The proposal has expired.",
          ),
        ];
  return [
    ...forWithdrawals,
    action("request_adjustment", !(await right({ operatorId, request: "adjustment" })) && role),
    action("add_note", !may("transactions.note") && role),
  ];
}

function isExpired(expiresAt: Date | null | undefined, now: Date): boolean {
  return expiresAt !== null && expiresAt !== undefined && expiresAt <= now;
}

/** The first thing that stands in the way is the reason. */
function action(
  name: TransactionAction["action"],
  ...obstacles: (string | false)[]
): TransactionAction {
  const reason = obstacles.find((one) => one !== false) || null;
  return { action: name, isAllowed: reason === null, reason };
}
