import { operatorSessionProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { operatorSessionOutput } from "../operator-session-schemas.ts";

/** Who is signed in, how, and what is still missing. */
export const get = operatorSessionProcedure
  .input(noInput)
  .output(operatorSessionOutput)
  .query(({ ctx }) => ctx.core.operatorSession);
