import { decideChange as decide } from "@revio-wallet/core/approval/decide-change";
import { confirmedProcedure } from "../../init.ts";
import { changeOutput } from "../../wire/approval-outputs.ts";
import { decisionInput } from "../../wire/decision.ts";

/** Approves a proposed limit or threshold, which then holds, or refuses it. Never by who proposed it. */
export const decideChange = confirmedProcedure({ decide: "setting_change" })
  .input(decisionInput)
  .output(changeOutput)
  .mutation(({ ctx, input }) => decide(ctx.core, "setting_change", input));
