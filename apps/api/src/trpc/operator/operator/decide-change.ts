import { decideChange as decide } from "@revio-wallet/core/approval/decide-change";
import { confirmedProcedure } from "../../init.ts";
import { changeOutput } from "../../wire/approval-outputs.ts";
import { decisionInput } from "../../wire/decision.ts";

/** Approves a proposed change of an operator or an invitation, which does just that, or refuses it. Never by who proposed it, or whom it is about. */
export const decideChange = confirmedProcedure({ decide: "operator_change" })
  .input(decisionInput)
  .output(changeOutput)
  .mutation(({ ctx, input }) => decide(ctx.core, "operator_change", input));
