import { getOutgoing } from "@revio-wallet/core/outgoing/get-outgoing";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";

/** Whether money may leave at present; since when not, and why. */
export const get = operatorProcedure("home.view")
  .input(z.strictObject({}))
  .output(z.object({ stoppedAt: z.date().nullable(), reason: z.string().nullable() }))
  .query(({ ctx }) => getOutgoing(ctx.core));
