import { createHash, randomBytes, randomUUID } from "node:crypto";
import { fingerprintOf } from "@revio-wallet/core/idempotency/run-idempotently";
import type { Queryable } from "@revio-wallet/db/pool";

export interface SignedInOperator {
  id: string;
  sessionId: string;
  sessionToken: string;
}

/**
 * An operator of the given role with a session, as invitation, password and factor leave them. Written as the database's
 * owner: the way there has tests of its own.
 */
export async function signedInOperator(
  owner: Queryable,
  role: string,
  factor: "passkey" | "totp" | null = "passkey",
): Promise<SignedInOperator> {
  const id = randomUUID();
  await owner.query(
    "INSERT INTO operators (id, email, display_name, role, status, created_at) VALUES ($1, $2, 'Test Operator', $3, 'active', now())",
    [id, `${id}@staff.example`, role],
  );
  return addSession(owner, id, factor);
}

/** One more session of an operator, as if signed in somewhere else. */
export async function addSession(
  owner: Queryable,
  id: string,
  factor: "passkey" | "totp" | null = "passkey",
): Promise<SignedInOperator> {
  const sessionId = randomUUID();
  const sessionToken = randomBytes(32).toString("base64url");
  await owner.query(
    `INSERT INTO operator_sessions (id, operator_id, token_hash, factor, created_at, last_used_at, idle_expires_at, expires_at)
     VALUES ($1, $2, $3, $4, now(), now(), now() + interval '15 min', now() + interval '8 h')`,
    [sessionId, id, createHash("sha256").update(sessionToken).digest(), factor],
  );
  return { id, sessionId, sessionToken };
}

/** A fresh factor for one call, as if it had just been given. */
export async function stepUpFor(
  owner: Queryable,
  operator: SignedInOperator,
  call: { procedure: string; input: object },
): Promise<string> {
  const id = randomUUID();
  await owner.query(
    `INSERT INTO operator_step_ups (id, session_id, bound_to, factor, granted_at, expires_at)
     VALUES ($1, $2, $3, 'passkey', now(), now() + interval '5 min')`,
    [id, operator.sessionId, fingerprintOf({ operatorId: operator.id, ...call })],
  );
  return id;
}
