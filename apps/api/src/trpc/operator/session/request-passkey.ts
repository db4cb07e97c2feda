import { beginPasskeySignIn } from "@revio-wallet/core/operator-session/pass-second-factor";
import { operatorSessionProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { passkeyRequestOutput } from "../operator-session-schemas.ts";

/** Asks for one of the operator's passkeys. */
export const requestPasskey = operatorSessionProcedure
  .input(noInput)
  .output(passkeyRequestOutput)
  .mutation(async ({ ctx }) => {
    const { challengeId, options } = await beginPasskeySignIn(ctx.core);
    return { challengeId, options: { ...options } };
  });
