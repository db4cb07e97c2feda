import { type Permission, permissions } from "@revio-wallet/core/operator/permissions";
import { z } from "zod";
import { operatorRole } from "../operator/operator-session-schemas.ts";
import { approvedChangeOutput } from "./approval-outputs.ts";

/** An operator as other operators see them: nothing that they sign in with. */
export const operatorOutput = z.object({
  id: z.string(),
  email: z.string(),
  displayName: z.string(),
  role: operatorRole,
  status: z.enum(["active", "suspended"]),
  /** The same for all accounts of one person. */
  personId: z.string(),
  createdAt: z.date(),
  lastActiveAt: z.date().nullable(),
  openSessions: z.number(),
  passkeys: z.number(),
  hasTotp: z.boolean(),
  openApprovalId: z.string().nullable(),
});

export const operatorDetailsOutput = operatorOutput.extend({
  accounts: z.array(z.object({ id: z.string(), email: z.string(), displayName: z.string() })),
  changes: z.array(approvedChangeOutput),
});

export const invitationOutput = z.object({
  id: z.string(),
  email: z.string(),
  displayName: z.string(),
  role: operatorRole,
  invitedByName: z.string().nullable(),
  invitedAt: z.date(),
  expiresAt: z.date(),
});

export const sessionOfOperatorOutput = z.object({
  id: z.string(),
  isThisOne: z.boolean(),
  createdAt: z.date(),
  lastUsedAt: z.date(),
  expiresAt: z.date(),
  userAgent: z.string().nullable(),
  ipAddress: z.string().nullable(),
});

export const approvalRightOutput = z.object({
  kind: z.string(),
  role: operatorRole,
  mayRequest: z.boolean(),
  mayDecide: z.boolean(),
  /** Null: any amount. */
  maxAmountMinor: z.bigint().nullable(),
});

export const matrixOutput = z.object({
  permissions: z.array(
    z.object({
      permission: z.enum(Object.keys(permissions) as [Permission, ...Permission[]]),
      roles: z.array(operatorRole).readonly(),
    }),
  ),
  approvalRights: z.array(approvalRightOutput),
});
