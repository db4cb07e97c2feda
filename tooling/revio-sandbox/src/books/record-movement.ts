import type { Mode, Sandbox } from "../sandbox.ts";

export type MovementKind =
  | "payment"
  | "refund"
  | "chargeback"
  | "chargeback_reversal"
  | "payout"
  | "payout_return";

export interface Movement {
  mode: Mode;
  kind: MovementKind;
  /** the purchase or payout */
  objectId: string;
  /** the single payment within it: refund id, payout payment id, or the purchase itself */
  paymentId: string;
  reference: string;
  currency: string;
  amountMinor: bigint;
  feeMinor: bigint;
}

/** Writes one line of the sandbox's own books. Only money that really moved belongs here. */
export function recordMovement(sandbox: Sandbox, movement: Movement): void {
  sandbox.store.run(
    `INSERT INTO movements (mode, kind, object_id, payment_id, reference, currency, amount_minor, fee_minor, at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    movement.mode,
    movement.kind,
    movement.objectId,
    movement.paymentId,
    movement.reference,
    movement.currency,
    movement.amountMinor,
    movement.feeMinor,
    sandbox.clock.nowMs(),
  );
}
