import { router } from "../init.ts";
import { decide as decideAdjustment } from "./adjustment/decide.ts";
import { request } from "./adjustment/request.ts";
import { get } from "./reconciliation/get.ts";
import { list } from "./reconciliation/list.ts";
import { start } from "./reconciliation/start.ts";
import { reactivate } from "./user/reactivate.ts";
import { suspend } from "./user/suspend.ts";
import { decide } from "./withdrawal/decide.ts";

/**
 * What operators do, under /internal/trpc. For now the caller holds the service token and names the operator in
 * `x-operator-id`; sessions of operators come with their console. Each verb reads the operator's role from the database.
 */
export const operatorRouter = router({
  withdrawal: router({ decide }),
  reconciliation: router({ start, list, get }),
  adjustment: router({ request, decide: decideAdjustment }),
  user: router({ suspend, reactivate }),
});

export type OperatorRouter = typeof operatorRouter;
