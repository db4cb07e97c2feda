import { getApproval } from "@revio-wallet/core/approval/get-approval";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { approvalDetailsOutput } from "../../wire/approval-outputs.ts";
import { id } from "../../wire/input.ts";

/** A request with its evidence, what it would do to balances as of now, and whether the viewer may decide. */
export const get = operatorProcedure("approvals.view")
  .input(z.strictObject({ approvalId: id }))
  .output(approvalDetailsOutput)
  .query(({ ctx, input }) => getApproval(ctx.core, input));
