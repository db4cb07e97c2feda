import { router } from "../init.ts";
import { decide as decideAdjustment } from "./adjustment/decide.ts";
import { request as requestAdjustment } from "./adjustment/request.ts";
import { addNote } from "./break/add-note.ts";
import { assign } from "./break/assign.ts";
import { get as getBreak } from "./break/get.ts";
import { list as listBreaks } from "./break/list.ts";
import { get as getDayClose } from "./day-close/get.ts";
import { list as listDayCloses } from "./day-close/list.ts";
import { get as getIntegrity } from "./integrity/get.ts";
import { listDeadLetters } from "./job/list-dead-letters.ts";
import { redrive } from "./job/redrive.ts";
import { get as getOutgoing } from "./outgoing/get.ts";
import { resume } from "./outgoing/resume.ts";
import { stop } from "./outgoing/stop.ts";
import { decideResolution } from "./payout/decide-resolution.ts";
import { requestResolution } from "./payout/request-resolution.ts";
import { get as getRun } from "./reconciliation/get.ts";
import { list as listRuns } from "./reconciliation/list.ts";
import { start as startRun } from "./reconciliation/start.ts";
import { freezeOutgoing } from "./user/freeze-outgoing.ts";
import { reactivate } from "./user/reactivate.ts";
import { suspend } from "./user/suspend.ts";
import { unfreezeOutgoing } from "./user/unfreeze-outgoing.ts";
import { cancel } from "./withdrawal/cancel.ts";
import { decide } from "./withdrawal/decide.ts";

/**
 * What operators do, under /internal/trpc. For now the caller holds the service token and names the operator in
 * `x-operator-id`; sessions of operators come with their console. Each verb reads the operator's role from the database.
 */
export const operatorRouter = router({
  withdrawal: router({ decide, cancel }),
  payout: router({ requestResolution, decideResolution }),
  break: router({ list: listBreaks, get: getBreak, assign, addNote }),
  user: router({ suspend, reactivate, freezeOutgoing, unfreezeOutgoing }),
  outgoing: router({ stop, resume, get: getOutgoing }),
  integrity: router({ get: getIntegrity }),
  dayClose: router({ list: listDayCloses, get: getDayClose }),
  job: router({ listDeadLetters, redrive }),
  reconciliation: router({ start: startRun, list: listRuns, get: getRun }),
  adjustment: router({ request: requestAdjustment, decide: decideAdjustment }),
});

export type OperatorRouter = typeof operatorRouter;
