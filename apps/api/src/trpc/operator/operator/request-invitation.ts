import { requestInvitation as request } from "@revio-wallet/core/operator/request-invitation";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { changeOutput } from "../../wire/approval-outputs.ts";
import { idempotencyKey, text } from "../../wire/input.ts";
import { operatorRole } from "../operator-session-schemas.ts";

/** Proposes to invite somebody to a role that may decide on approvals. Once approved, who proposed it calls `invite.create` with its id. */
export const requestInvitation = operatorProcedure({ request: "operator_change" })
  .input(
    z.strictObject({
      email: text({ min: 1, max: 320 }),
      displayName: text({ min: 1, max: 128 }),
      role: operatorRole,
      reason: text({ min: 3, max: 1_000 }),
      idempotencyKey,
    }),
  )
  .output(changeOutput)
  .mutation(({ ctx, input }) => request(ctx.core, input));
