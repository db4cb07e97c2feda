import { finishAddPasskey } from "@revio-wallet/core/operator-session/add-passkey";
import { z } from "zod";
import { operatorSessionProcedure } from "../../init.ts";
import { id, text } from "../../wire/input.ts";
import { addedFactor, registrationResponse } from "../operator-session-schemas.ts";

/** Keeps the new passkey; it counts as given. The first factor brings recovery codes, shown once. */
export const finishPasskey = operatorSessionProcedure
  .input(
    z.strictObject({
      challengeId: id,
      response: registrationResponse,
      label: text({ min: 1, max: 64 }),
    }),
  )
  .output(addedFactor)
  .mutation(({ ctx, input }) => finishAddPasskey(ctx.core, input));
