import { type ApprovedChangeRow, findApprovedChanges } from "@revio-wallet/db/sql/approved-changes";
import { type ApprovalRightRow, readApprovalRights } from "@revio-wallet/db/sql/operator-directory";
import {
  findOpenSettingRequests,
  readAllLimits,
  type LimitsRow,
} from "@revio-wallet/db/sql/settings";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** These have no amount: who decides on them decides on all. */
const withoutAmount = new Set(["operator_change", "setting_change"]);

/** Changes shown of one setting; older ones are in the audit log. */
const shownChanges = 10;

/** A setting with how it came to be so. */
export type WithHistory<Setting> = Setting & {
  /** 'limits:withdrawal:ZAR' */
  target: string;
  /** An open request to change it. */
  openApprovalId: string | null;
  /** Newest first. */
  changes: ApprovedChangeRow[];
};

export interface Settings {
  limits: WithHistory<LimitsRow>[];
  /** Up to which amount a role may decide. */
  approvalRights: WithHistory<ApprovalRightRow>[];
}

/** Limits and thresholds as they hold now. @throws DomainError FORBIDDEN */
export async function getSettings(ctx: Context): Promise<Settings> {
  await requireOperator(ctx, ctx.pool, "settings.view");
  const open = await findOpenSettingRequests(ctx.pool);
  const withHistory = async <Setting>(
    target: string,
    setting: Setting,
  ): Promise<WithHistory<Setting>> => ({
    ...setting,
    target,
    openApprovalId: open.find((one) => one.target === target)?.id ?? null,
    changes: await findApprovedChanges(ctx.pool, { target, limit: shownChanges }),
  });
  const limits = [];
  for (const row of await readAllLimits(ctx.pool)) {
    limits.push(await withHistory(`limits:${row.kind}:${row.currency}`, row));
  }
  const approvalRights = [];
  for (const row of await readApprovalRights(ctx.pool)) {
    if (!row.mayDecide || withoutAmount.has(row.kind)) continue;
    approvalRights.push(await withHistory(`approval_right:${row.kind}:${row.role}`, row));
  }
  return { limits, approvalRights };
}
