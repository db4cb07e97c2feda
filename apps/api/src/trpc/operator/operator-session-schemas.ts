import { type Permission, permissions } from "@revio-wallet/core/operator/permissions";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { id, recoveryCode, text, totpCode } from "../wire/input.ts";

export const operatorRole = z.enum([
  "viewer",
  "support",
  "operator",
  "reconciliation_maker",
  "reconciliation_checker",
  "administrator",
]);

const permission = z.enum(Object.keys(permissions) as [Permission, ...Permission[]]);

/** Signed in, or on the way there. The console's server keeps the token; no browser sees it. */
export const sessionToken = z.object({ token: z.string() });

export const operatorSessionOutput = z.object({
  id: z.uuid(),
  operatorId: z.uuid(),
  email: z.string(),
  displayName: z.string(),
  role: operatorRole,
  factor: z.enum(["passkey", "totp", "recovery_code"]).nullable(),
  missing: z.enum(["second_factor", "passkey"]).nullable(),
  needsPasskey: z.boolean(),
  idleExpiresAt: z.date(),
  expiresAt: z.date(),
  permissions: z.array(permission),
});

const bytes = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]*$/, { error: "Send base64url." });
const credential = {
  id: bytes(1_400),
  rawId: bytes(1_400),
  type: z.literal("public-key"),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional(),
  clientExtensionResults: z.looseObject({}).default({}),
};
const transports = z.array(z.string().max(32)).max(10).optional();

/** As `@simplewebauthn/browser` gives it (WebAuthn Level 3, RegistrationResponseJSON). */
export const registrationResponse = z
  .strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: bytes(4_096),
      attestationObject: bytes(16_384),
      authenticatorData: bytes(8_192).optional(),
      transports,
      publicKey: bytes(4_096).optional(),
      publicKeyAlgorithm: z.number().optional(),
    }),
  })
  .transform((response) => response as RegistrationResponseJSON);

/** WebAuthn Level 3, AuthenticationResponseJSON. */
const authenticationResponse = z
  .strictObject({
    ...credential,
    response: z.strictObject({
      clientDataJSON: bytes(4_096),
      authenticatorData: bytes(8_192),
      signature: bytes(4_096),
      userHandle: bytes(256).optional(),
    }),
  })
  .transform((response) => response as AuthenticationResponseJSON);

const passkeyProof = z.strictObject({ challengeId: id, response: authenticationResponse });

/** Options for the browser, as WebAuthn has them; the console hands them on. */
export const passkeyRequestOutput = z.object({
  challengeId: z.uuid(),
  options: z.looseObject({ challenge: z.string() }),
});

export const freshFactor = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("passkey"), proof: passkeyProof }),
  z.strictObject({ kind: z.literal("totp"), code: totpCode }),
]);

export const signInFactor = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("passkey"), proof: passkeyProof }),
  z.strictObject({ kind: z.literal("totp"), code: totpCode }),
  z.strictObject({ kind: z.literal("recovery_code"), code: recoveryCode }),
]);

export const addedFactor = z.object({
  token: z.string().nullable(),
  recoveryCodes: z.array(z.string()).nullable(),
});

/** A call that is to be confirmed: its procedure, and the very input that it will have. */
export const boundAction = z.strictObject({
  procedure: text({ min: 3, max: 100 }),
  input: z.looseObject({}),
});
