import { permissionsOf } from "@revio-wallet/core/operator/permissions";
import { operatorSessionProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { operatorSessionOutput } from "../operator-session-schemas.ts";

/** Who is signed in, how, what is still missing, and what they may do: nothing, until nothing is missing. */
export const get = operatorSessionProcedure
  .input(noInput)
  .output(operatorSessionOutput)
  .query(({ ctx }) => {
    const session = ctx.core.operatorSession;
    const permissions = session.missing === null ? permissionsOf(session.role) : [];
    return { ...session, permissions };
  });
