import { listApprovals } from "@revio-wallet/core/approval/list-approvals";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { approvalKind, approvalOutput, approvalState } from "../../wire/approval-outputs.ts";
import { pageInput, pageOf } from "../../wire/input.ts";

/** Requests: those that the viewer may decide on (the default), has made, or all. Open ones oldest first, others newest first. */
export const list = operatorProcedure("approvals.view")
  .input(
    z
      .strictObject({
        view: z.enum(["decidable", "own", "all"]).default("decidable"),
        kind: approvalKind.optional(),
        state: approvalState.optional(),
        ...pageInput,
      })
      .prefault({}),
  )
  .output(pageOf(approvalOutput))
  .query(({ ctx, input }) => listApprovals(ctx.core, input));
