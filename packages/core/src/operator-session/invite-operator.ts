import {
  insertFirstInvite,
  insertOperatorInvite,
  revokeOpenInvite,
} from "@revio-wallet/db/sql/operator-invites";
import { findOperatorByEmail, type OperatorRole } from "@revio-wallet/db/sql/operators";
import { withTransaction } from "@revio-wallet/db/with-transaction";
import { DatabaseError } from "pg";
import { recordAuditEvent } from "../audit/record-audit-event.ts";
import { DomainError, notFound } from "../errors.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { hashSecretToken, newSecretToken } from "../secret-token.ts";
import { parseEmail } from "../user/email-address.ts";
import { parsePersonName } from "../user/person-name.ts";
import type { OperatorSignInContext } from "./operator-session-context.ts";

export interface Invitation {
  /** Part of the link that the invited person opens; shown once. */
  token: string;
  expiresAt: Date;
}

/**
 * Invites somebody to be an operator. Whoever opens the link first and sets a password is that operator: hand it over by a
 * way that only they can read. An earlier open invitation of the same address is taken back. A role that may decide on approvals needs
 * one: `requestInvitation`, and who asked for it invites. Only while there is no other administrator, it needs none.
 *
 * @throws DomainError FORBIDDEN unless an administrator asks, INVALID_INPUT, DUPLICATE if the address is an operator's, WRONG_STATE if it
 *   needs an approval, or this one is not for it, too old, or used up
 */
export async function inviteOperator(
  ctx: OperatorSignInContext,
  input: {
    email: string;
    displayName: string;
    role: OperatorRole;
    approvalId?: string | undefined;
  },
): Promise<Invitation> {
  const person = parsePerson(input);
  const { token, ...row } = newInvite(ctx);
  try {
    return await withTransaction(ctx.pool, async (tx) => {
      await requireOperator(ctx, tx, "operators.manage");
      if ((await findOperatorByEmail(tx, person.email)) !== undefined) throw known();
      await revokeOpenInvite(tx, { email: person.email, revokedAt: row.invitedAt });
      await insertOperatorInvite(tx, {
        ...row,
        ...person,
        role: input.role,
        invitedBy: ctx.actor.id,
        approvalId: input.approvalId ?? null,
      });
      await recordAuditEvent(ctx, tx, {
        action: "operator.invited",
        subjectKind: "operator_invite",
        subjectId: row.id,
        details: { role: input.role, approvalId: input.approvalId ?? null },
      });
      return { token, expiresAt: row.expiresAt };
    });
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === "42501") throw notAllowed();
    if (approvalConstraints.has(error.constraint ?? "")) throw notApproved();
    throw error;
  }
}

/**
 * Invites the first operator, as administrator. Only while there is none; an earlier such invitation is replaced.
 *
 * @throws DomainError WRONG_STATE once there is an operator
 */
export function inviteFirstOperator(
  ctx: OperatorSignInContext,
  input: { email: string; displayName: string },
): Promise<Invitation> {
  const person = parsePerson(input);
  const { token, ...row } = newInvite(ctx);
  return withTransaction(ctx.pool, async (tx) => {
    if (!(await insertFirstInvite(tx, { ...row, ...person }))) {
      throw new DomainError(
        "WRONG_STATE",
        "There are operators already: an administrator invites.",
      );
    }
    await recordAuditEvent(ctx, tx, {
      action: "operator.invited",
      subjectKind: "operator_invite",
      subjectId: row.id,
      details: { role: "administrator" },
    });
    return { token, expiresAt: row.expiresAt };
  });
}

/** Takes an invitation back. @throws DomainError FORBIDDEN, NOT_FOUND if the address has no open one */
export async function revokeInvite(
  ctx: OperatorSignInContext,
  input: { email: string },
): Promise<void> {
  await withTransaction(ctx.pool, async (tx) => {
    await requireOperator(ctx, tx, "operators.manage");
    const id = await revokeOpenInvite(tx, {
      email: parseEmail(input.email),
      revokedAt: ctx.clock.now(),
    });
    if (id === undefined) throw notFound("open invitation");
    await recordAuditEvent(ctx, tx, {
      action: "operator_invite.revoked",
      subjectKind: "operator_invite",
      subjectId: id,
    });
  });
}

function parsePerson(input: { email: string; displayName: string }) {
  return {
    email: parseEmail(input.email),
    displayName: parsePersonName(input.displayName, "The name"),
  };
}

function newInvite(ctx: OperatorSignInContext) {
  const invitedAt = ctx.clock.now();
  const token = newSecretToken(ctx);
  return {
    token,
    id: ctx.ids.uuid(invitedAt),
    tokenHash: hashSecretToken(token),
    invitedAt,
    expiresAt: new Date(invitedAt.getTime() + ctx.operatorSessionPolicy.inviteSeconds * 1_000),
  };
}

const approvalConstraints = new Set([
  "operator_invites_approved",
  "operator_invites_approval_id_key",
]);

function notApproved(): DomainError {
  return new DomainError(
    "WRONG_STATE",
    "Who has this role may approve: another administrator has to approve just this invitation first, and each approval is good for one, for a day.",
  );
}

function notAllowed(): DomainError {
  return new DomainError("FORBIDDEN", "Only administrators invite operators.");
}

function known(): DomainError {
  return new DomainError("DUPLICATE", "There is an operator with this address.");
}
