import { inviteOperator } from "@revio-wallet/core/operator-session/invite-operator";
import { z } from "zod";
import { confirmedProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { operatorRole } from "../operator-session-schemas.ts";

/** Invites somebody to be an operator. The token is part of the link for them; it is shown once. */
export const create = confirmedProcedure("operators.manage")
  .input(
    z.strictObject({
      email: text({ min: 1, max: 320 }),
      displayName: text({ min: 1, max: 128 }),
      role: operatorRole,
      /** Of `operator.requestInvitation`, for a role that may decide on approvals. */
      approvalId: id.optional(),
    }),
  )
  .output(z.object({ token: z.string(), expiresAt: z.date() }))
  .mutation(({ ctx, input }) => inviteOperator(ctx.core, input));
