import { getSettings } from "@revio-wallet/core/setting/get-settings";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { settingsOutput } from "../../wire/setting-outputs.ts";

/** Limits and thresholds as they hold now, with the last changes of each. */
export const get = operatorProcedure("settings.view")
  .input(noInput)
  .output(settingsOutput)
  .query(({ ctx }) => getSettings(ctx.core));
