import type { ProposalRow } from "@revio-wallet/db/sql/approvals";
import { invariant } from "../errors.ts";

/** What two operators can find that became of an execution in doubt. */
export const payoutOutcomes = ["not_executed", "executed"] as const;
export type PayoutOutcome = (typeof payoutOutcomes)[number];

/** What will be done to the withdrawal: where it goes, and what is posted. */
const consequences = {
  /** The attempt is dead for ever, the reserve goes back. */
  not_executed: { to: "failed", posts: "withdrawal.released" },
  /** The money has left: the reserve is settled. */
  executed: { to: "completed", posts: "withdrawal.completed" },
} as const satisfies Record<PayoutOutcome, { to: string; posts: string }>;

/** The whole of what the checker decides on. */
export interface PayoutResolution {
  outcome: PayoutOutcome;
  /** Row of `revio_payouts` whose execution is in doubt, and Revio's id of it. */
  attemptId: string;
  payoutId: string;
}

export function toProposal(
  resolution: PayoutResolution,
): ProposalRow<"payout_resolution">["proposal"] {
  return { ...resolution, from: "in_doubt", ...consequences[resolution.outcome] };
}

/** @throws InvariantViolation for what was not made by toProposal of this version */
export function readProposal({ id, proposal }: ProposalRow<"payout_resolution">): PayoutResolution {
  const { outcome, attemptId, payoutId, to, posts } = proposal;
  invariant(
    (outcome === "not_executed" || outcome === "executed") &&
      attemptId !== undefined &&
      payoutId !== undefined,
    `approval ${id} proposes nothing that we know`,
  );
  const does = consequences[outcome];
  invariant(does.to === to && does.posts === posts, `approval ${id} proposes something else`);
  return { outcome, attemptId, payoutId };
}
