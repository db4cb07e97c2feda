import { listQueues } from "@revio-wallet/core/job/list-queues";
import { operatorProcedure } from "../../init.ts";
import { noInput } from "../../wire/input.ts";
import { queuesOutput } from "../../wire/job-outputs.ts";

/** Every queue with what waits, runs, is done and is dead, and the workers that live. */
export const list = operatorProcedure("queues.view")
  .input(noInput)
  .output(queuesOutput)
  .query(({ ctx }) => listQueues(ctx.core));
