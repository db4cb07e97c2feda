import { randomUUID } from "node:crypto";
import { decideAdjustment } from "../../src/approval/decide-adjustment.ts";
import {
  type AdjustmentRequest,
  requestAdjustment,
} from "../../src/approval/request-adjustment.ts";
import { operator } from "../registered-user.ts";
import type { MoneyWorld } from "./money-world.ts";

/** One operator proposes a correction, another one approves it. */
export async function adjust(
  world: MoneyWorld,
  request: Omit<AdjustmentRequest, "reason" | "idempotencyKey">,
): Promise<void> {
  const maker = await operator(world.ctx, world.superuser, "reconciliation_maker");
  const { approvalId } = await requestAdjustment(maker, {
    ...request,
    reason: "as they wrote",
    idempotencyKey: randomUUID(),
  });
  const checker = await operator(world.ctx, world.superuser, "administrator");
  await decideAdjustment(checker, { approvalId, decision: "approved" });
}
