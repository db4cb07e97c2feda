import { listOpenInvitations } from "@revio-wallet/core/operator/list-operators";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { invitationOutput } from "../../wire/operator-account-outputs.ts";

/** Invitations that nobody has accepted yet, the latest first. Their links are shown once, when they are made. */
export const list = operatorProcedure("operators.manage")
  .input(noInput)
  .output(z.array(invitationOutput))
  .query(({ ctx }) => listOpenInvitations(ctx.core));
