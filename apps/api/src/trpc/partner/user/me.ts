import { getMe } from "@revio-wallet/core/user/get-me";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { userOutput } from "../../wire/outputs.ts";

/** The user who asks. */
export const me = userProcedure("read-per-user")
  .input(noInput)
  .output(userOutput.extend({ totpEnabled: z.boolean() }))
  .query(({ ctx }) => getMe(ctx.core));
