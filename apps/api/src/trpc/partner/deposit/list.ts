import { listDeposits } from "@revio-wallet/core/deposit/list-deposits";
import { z } from "zod";
import { userProcedure } from "../../init.ts";
import { pageInput, pageOf } from "../../wire/input.ts";
import { depositOutput } from "../../wire/outputs.ts";

/** Deposits of the user, newest first. */
export const list = userProcedure("read-per-user")
  .input(z.strictObject(pageInput).prefault({}))
  .output(pageOf(depositOutput))
  .query(({ ctx, input }) => listDeposits(ctx.core, { userId: ctx.userId, ...input }));
