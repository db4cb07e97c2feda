import { findOperatorByEmail, type OperatorRole } from "@revio-wallet/db/sql/operators";
import type { ProposedChange } from "../approval/change.ts";
import { requestChange } from "../approval/request-change.ts";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { parseEmail } from "../user/email-address.ts";
import { parsePersonName } from "../user/person-name.ts";

/**
 * Proposes to invite somebody to a role that may decide on approvals. Once another administrator has approved it, who proposed it sends
 * the invitation within a day (`inviteOperator`).
 *
 * @throws DomainError as `requestChange`, INVALID_INPUT, DUPLICATE if the address is an operator's
 */
export function requestInvitation(
  ctx: Context,
  input: {
    email: string;
    displayName: string;
    role: OperatorRole;
    reason: string;
    idempotencyKey: string;
  },
): Promise<ProposedChange> {
  const email = parseEmail(input.email);
  const displayName = parsePersonName(input.displayName, "The name");
  const { role, reason, idempotencyKey } = input;
  return requestChange(
    ctx,
    {
      kind: "operator_change",
      target: `invitation:${email}`,
      to: { email, displayName, role },
      reason,
      idempotencyKey,
    },
    async (tx) => {
      if ((await findOperatorByEmail(tx, email)) !== undefined) {
        throw new DomainError("DUPLICATE", "There is an operator with this address.");
      }
    },
  );
}
