import type { ChangedFields } from "@revio-wallet/db/sql/approvals";
import type { ProposedChange } from "../approval/change.ts";
import { requestChange } from "../approval/request-change.ts";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { type Currency, maxAmountMinor } from "../money.ts";

/** What can be set; amounts in minor units. Fields that are left out stay. */
export type SettingChange =
  | {
      setting: "limits";
      kind: "deposit" | "withdrawal";
      currency: Currency;
      minAmountMinor?: bigint | undefined;
      maxAmountMinor?: bigint | undefined;
      maxPerDayMinor?: bigint | undefined;
      maxCountPerDay?: bigint | undefined;
      /** Withdrawals above this wait for an operator; null: none does. */
      approvalAboveMinor?: bigint | null | undefined;
      feeMinor?: bigint | undefined;
    }
  | {
      setting: "approval_right";
      kind: string;
      role: string;
      /** Up to which amount the role may decide; null: any. */
      maxAmountMinor: bigint | null;
    };

/**
 * Proposes another limit or threshold. It holds from the moment another administrator approves it.
 *
 * @throws DomainError as `requestChange`, INVALID_INPUT for limits that contradict each other
 */
export function requestSettingChange(
  ctx: Context,
  input: { change: SettingChange; reason: string; idempotencyKey: string },
): Promise<ProposedChange> {
  const { setting, kind, ...rest } = input.change;
  const { currency, role, ...fields } = { currency: undefined, role: undefined, ...rest };
  const to: ChangedFields = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) to[field] = value === null ? null : value.toString();
  }
  return requestChange(
    ctx,
    {
      kind: "setting_change",
      target: `${setting}:${kind}:${currency ?? role}`,
      to,
      reason: input.reason,
      idempotencyKey: input.idempotencyKey,
    },
    (_tx, wouldBe) => {
      if (setting === "limits") checkLimits(kind, wouldBe);
      else checkRight(wouldBe);
    },
  );
}

function checkLimits(kind: string, wouldBe: ChangedFields): void {
  const amount = (field: string) => BigInt(wouldBe[field] ?? 0);
  const above = wouldBe["approvalAboveMinor"] ?? null;
  if (kind === "deposit" && above !== null) refuse("Deposits wait for nobody's approval.");
  if (above !== null && BigInt(above) < 0n) refuse("The threshold may not be negative.");
  if (amount("minAmountMinor") <= 0n) refuse("The smallest amount must be more than zero.");
  if (amount("maxAmountMinor") < amount("minAmountMinor")) {
    refuse("The largest amount must not be below the smallest.");
  }
  if (amount("maxPerDayMinor") < amount("maxAmountMinor")) {
    refuse("The limit of a day must not be below the largest amount.");
  }
  if (amount("maxPerDayMinor") > maxAmountMinor) refuse("The amount is too large.");
  if (amount("maxCountPerDay") <= 0n || amount("maxCountPerDay") > 2_147_483_647n) {
    refuse("The number of a day must be more than zero, and a small whole number.");
  }
  if (amount("feeMinor") < 0n) refuse("The fee may not be negative.");
}

function checkRight({ maxAmountMinor: most = null }: ChangedFields): void {
  if (most !== null && BigInt(most) <= 0n) refuse("The amount must be more than zero.");
}

function refuse(message: string): never {
  throw new DomainError("INVALID_INPUT", message);
}
