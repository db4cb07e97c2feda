import type { RouterOutputs } from "../../../trpc/operator-router.ts";

export type Limits = RouterOutputs["setting"]["get"]["limits"][number];
export type ApprovalRight = RouterOutputs["setting"]["get"]["approvalRights"][number];
