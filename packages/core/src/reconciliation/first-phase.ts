import type { ReconciliationKind } from "@revio-wallet/db/sql/reconciliation-runs";

/** Where a run of each kind begins. Pure: what follows is told by the orchestration in core/src/revio. */
export const firstPhase: Record<ReconciliationKind, string> = {
  objects: "open_breaks",
  statement: "requested",
  float: "first_look",
};
