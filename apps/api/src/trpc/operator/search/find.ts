import { findAnything } from "@revio-wallet/core/search/find-anything";
import { z } from "zod";
import { operatorProcedure } from "../../init.ts";
import { text } from "../../wire/input.ts";
import { searchOutput } from "../../wire/search-outputs.ts";

/** Whatever a text names: any id, reference, address, amount or name, grouped by type, of the types that the role may see. */
export const find = operatorProcedure("home.view")
  .input(z.strictObject({ text: text({ min: 1, max: 200 }) }))
  .output(searchOutput)
  .query(({ ctx, input }) => findAnything(ctx.core, input));
