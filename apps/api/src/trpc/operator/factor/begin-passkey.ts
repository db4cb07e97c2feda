import { beginAddPasskey } from "@revio-wallet/core/operator-session/add-passkey";
import { operatorSessionProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { passkeyRequestOutput } from "../operator-session-schemas.ts";

/** Asks an authenticator for a new passkey. */
export const beginPasskey = operatorSessionProcedure
  .input(noInput)
  .output(passkeyRequestOutput)
  .mutation(async ({ ctx }) => {
    const { challengeId, options } = await beginAddPasskey(ctx.core);
    return { challengeId, options: { ...options } };
  });
