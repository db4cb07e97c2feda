import {
  findAccountsOfPerson,
  findListedOperator,
  findOpenInvitations,
  findOperators,
  type ListedOperatorRow,
  type OpenInvitationRow,
} from "@revio-wallet/db/sql/operator-directory";
import { type ApprovedChangeRow, findApprovedChanges } from "@revio-wallet/db/sql/approved-changes";
import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { decodeCursor, encodeCursor, type Page } from "../transaction/page-cursor.ts";
import { requireOperator } from "./require-operator.ts";

/** Changes shown of one operator; older ones are in the audit log. */
const shownChanges = 50;

/**
 * One page of operators, the earliest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listOperators(
  ctx: Context,
  filter: {
    role?: OperatorRole | undefined;
    status?: "active" | "suspended" | undefined;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<Page<ListedOperatorRow>> {
  await requireOperator(ctx, ctx.pool, "operators.view");
  const rows = await findOperators(ctx.pool, {
    now: ctx.clock.now(),
    role: filter.role,
    status: filter.status,
    after: filter.cursor === undefined ? undefined : decodeCursor(filter.cursor),
    limit: filter.limit + 1,
  });
  const items = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(last) };
}

/**
 * One operator, the other accounts of the same person, and what was changed of them.
 *
 * @throws DomainError FORBIDDEN, NOT_FOUND
 */
export async function getOperator(
  ctx: Context,
  input: { operatorId: string },
): Promise<
  ListedOperatorRow & {
    accounts: { id: string; email: string; displayName: string }[];
    changes: ApprovedChangeRow[];
  }
> {
  await requireOperator(ctx, ctx.pool, "operators.view");
  const filter = { id: input.operatorId, now: ctx.clock.now() };
  const operator = await findListedOperator(ctx.pool, filter);
  if (operator === undefined) throw notFound("operator");
  return {
    ...operator,
    accounts: await findAccountsOfPerson(ctx.pool, operator.personId),
    changes: await findApprovedChanges(ctx.pool, {
      target: `operator:${operator.id}`,
      limit: shownChanges,
    }),
  };
}

/** Invitations that nobody has accepted yet, the latest first. @throws DomainError FORBIDDEN */
export async function listOpenInvitations(ctx: Context): Promise<OpenInvitationRow[]> {
  await requireOperator(ctx, ctx.pool, "operators.manage");
  return findOpenInvitations(ctx.pool, { now: ctx.clock.now(), limit: 100 });
}
