import { type ApprovalRightRow, readApprovalRights } from "@revio-wallet/db/sql/operator-directory";
import type { OperatorRole } from "@revio-wallet/db/sql/operators";
import type { Context } from "../context.ts";
import { type Permission, permissions } from "./permissions.ts";
import { requireOperator } from "./require-operator.ts";

/** Which role may do what. */
export interface PermissionMatrix {
  permissions: { permission: Permission; roles: readonly OperatorRole[] }[];
  approvalRights: ApprovalRightRow[];
}

/**
 * The whole of what each role may do: just what procedures, verbs and triggers ask for.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getMatrix(ctx: Context): Promise<PermissionMatrix> {
  await requireOperator(ctx, ctx.pool, "operators.view");
  const names = Object.keys(permissions) as Permission[];
  return {
    permissions: names.map((permission) => ({ permission, roles: permissions[permission] })),
    approvalRights: await readApprovalRights(ctx.pool),
  };
}
