import { router } from "../init.ts";
import { listDeadLetters } from "./job/list-dead-letters.ts";
import { redrive } from "./job/redrive.ts";
import { reactivate } from "./user/reactivate.ts";
import { suspend } from "./user/suspend.ts";
import { decide } from "./withdrawal/decide.ts";

/**
 * What operators do, under /internal/trpc. For now the caller holds the service token and names the operator in
 * `x-operator-id`; sessions of operators come with their console. Each verb reads the operator's role from the database.
 */
export const operatorRouter = router({
  withdrawal: router({ decide }),
  user: router({ suspend, reactivate }),
  job: router({ listDeadLetters, redrive }),
});

export type OperatorRouter = typeof operatorRouter;
