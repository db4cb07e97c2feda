import { getHome } from "@revio-wallet/core/home/get-home";
import { operatorProcedure } from "../../init.ts";
import { homeOutput } from "../../wire/home-outputs.ts";
import { noInput } from "../../wire/input.ts";

/** What needs somebody now, each number with the list that shows just its rows. */
export const get = operatorProcedure("home.view")
  .input(noInput)
  .output(homeOutput)
  .query(({ ctx }) => getHome(ctx.core));
