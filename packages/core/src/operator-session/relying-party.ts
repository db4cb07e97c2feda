import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/server";
import {
  insertChallenge,
  useChallenge,
  type ChallengePurpose,
} from "@revio-wallet/db/sql/operator-challenges";
import { listPasskeys, usePasskey } from "@revio-wallet/db/sql/operator-factors";
import type { Tx } from "@revio-wallet/db/with-transaction";
import { DomainError } from "../errors.ts";
import type { OperatorSessionContext } from "./operator-session.ts";

/** Asks an authenticator to sign; `options` go to the browser as they are. */
export interface PasskeyRequest {
  challengeId: string;
  options: PublicKeyCredentialRequestOptionsJSON;
}

export interface PasskeyRegistration {
  challengeId: string;
  options: PublicKeyCredentialCreationOptionsJSON;
}

export interface PasskeyProof {
  challengeId: string;
  response: AuthenticationResponseJSON;
}

/** Every use of a passkey asks for the person too (PIN, finger, face), not only for the key. */
const userVerification = "required";

/** Asks for one of the operator's passkeys. */
export async function requestPasskey(
  ctx: OperatorSessionContext,
  tx: Tx,
  what: { purpose: "sign_in" } | { purpose: "step_up"; boundTo: Buffer },
): Promise<PasskeyRequest> {
  const passkeys = await listPasskeys(tx, ctx.operatorSession.operatorId);
  if (passkeys.length === 0) throw new DomainError("WRONG_STATE", "You have no passkey yet.");
  const { challengeId, challenge } = await newChallenge(
    ctx,
    tx,
    what.purpose,
    "boundTo" in what ? what.boundTo : null,
  );
  const options = await generateAuthenticationOptions({
    rpID: ctx.relyingParty.id,
    challenge: new Uint8Array(challenge),
    userVerification,
    timeout: ctx.operatorSessionPolicy.challengeSeconds * 1_000,
    allowCredentials: passkeys.map(({ credentialId, transports }) => ({
      id: credentialId.toString("base64url"),
      transports,
    })),
  });
  return { challengeId, options };
}

/** Asks for a new passkey, on an authenticator that has none of this operator's yet. */
export async function requestNewPasskey(
  ctx: OperatorSessionContext,
  tx: Tx,
): Promise<PasskeyRegistration> {
  const { operatorId, email, displayName } = ctx.operatorSession;
  const known = await listPasskeys(tx, operatorId);
  const { challengeId, challenge } = await newChallenge(ctx, tx, "register_passkey", null);
  const options = await generateRegistrationOptions({
    rpID: ctx.relyingParty.id,
    rpName: ctx.relyingParty.name,
    userID: new TextEncoder().encode(operatorId),
    userName: email,
    userDisplayName: displayName,
    challenge: new Uint8Array(challenge),
    timeout: ctx.operatorSessionPolicy.challengeSeconds * 1_000,
    attestationType: "none",
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: credentialId.toString("base64url"),
      transports,
    })),
    authenticatorSelection: { residentKey: "preferred", userVerification },
  });
  return { challengeId, options };
}

/**
 * Checks what a new passkey's authenticator answered.
 *
 * @throws DomainError INVALID_CREDENTIALS
 */
export async function verifyNewPasskey(
  ctx: OperatorSessionContext,
  tx: Tx,
  proof: { challengeId: string; response: RegistrationResponseJSON },
): Promise<{ credentialId: Buffer; publicKey: Buffer; signCount: bigint; transports: string[] }> {
  const { challenge } = await takeChallenge(ctx, tx, "register_passkey", proof.challengeId);
  const { relyingParty } = ctx;
  const result = await verifyRegistrationResponse({
    response: proof.response,
    expectedChallenge: challenge.toString("base64url"),
    expectedOrigin: relyingParty.origin,
    expectedRPID: relyingParty.id,
    requireUserVerification: true,
  }).catch((error: unknown) => {
    throw refused(error);
  });
  if (!result.verified) throw refused();
  const { id, publicKey, counter, transports } = result.registrationInfo.credential;
  return {
    credentialId: Buffer.from(id, "base64url"),
    publicKey: Buffer.from(publicKey),
    signCount: BigInt(counter),
    transports: transports ?? [],
  };
}

/**
 * Checks the signature of one of the operator's passkeys, and uses the challenge up. An authenticator whose counter went
 * back was cloned, and is refused.
 *
 * @returns what a step-up's challenge was bound to
 * @throws DomainError INVALID_CREDENTIALS
 */
export async function verifyPasskey(
  ctx: OperatorSessionContext,
  tx: Tx,
  purpose: "sign_in" | "step_up",
  proof: PasskeyProof,
): Promise<{ boundTo: Buffer | null }> {
  const { challenge, boundTo } = await takeChallenge(ctx, tx, purpose, proof.challengeId);
  const passkeys = await listPasskeys(tx, ctx.operatorSession.operatorId);
  const passkey = passkeys.find(
    ({ credentialId }) => credentialId.toString("base64url") === proof.response.id,
  );
  if (passkey === undefined) throw refused();
  const result = await verifyAuthenticationResponse({
    response: proof.response,
    expectedChallenge: challenge.toString("base64url"),
    expectedOrigin: ctx.relyingParty.origin,
    expectedRPID: ctx.relyingParty.id,
    credential: {
      id: proof.response.id,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: Number(passkey.signCount),
    },
    requireUserVerification: true,
  }).catch((error: unknown) => {
    throw refused(error);
  });
  const used =
    result.verified &&
    (await usePasskey(tx, {
      id: passkey.id,
      before: passkey.signCount,
      signCount: BigInt(result.authenticationInfo.newCounter),
      usedAt: ctx.clock.now(),
    }));
  if (!used) throw refused();
  return { boundTo };
}

async function newChallenge(
  ctx: OperatorSessionContext,
  tx: Tx,
  purpose: ChallengePurpose,
  boundTo: Buffer | null,
): Promise<{ challengeId: string; challenge: Buffer }> {
  const now = ctx.clock.now();
  const challengeId = ctx.ids.uuid(now);
  const challenge = ctx.ids.bytes(32);
  const expiresAt = new Date(now.getTime() + ctx.operatorSessionPolicy.challengeSeconds * 1_000);
  await insertChallenge(tx, {
    id: challengeId,
    sessionId: ctx.operatorSession.id,
    purpose,
    challenge,
    boundTo,
    createdAt: now,
    expiresAt,
  });
  return { challengeId, challenge };
}

async function takeChallenge(
  ctx: OperatorSessionContext,
  tx: Tx,
  purpose: ChallengePurpose,
  id: string,
) {
  const known = await useChallenge(tx, {
    id,
    sessionId: ctx.operatorSession.id,
    purpose,
    now: ctx.clock.now(),
  });
  if (known === undefined) {
    throw new DomainError(
      "INVALID_CREDENTIALS",
      "That took too long, or was used already. Try again.",
    );
  }
  return known;
}

function refused(cause?: unknown): DomainError {
  return new DomainError("INVALID_CREDENTIALS", "This passkey could not be verified.", { cause });
}
