import type { Queryable } from "@revio-wallet/db/pool";
import type { UserRow } from "@revio-wallet/db/sql/users";
import { verify } from "otplib";
import type { Context } from "../../context.ts";
import { readDataKey } from "../../encryption/data-key.ts";
import { decryptField, encryptField } from "../../encryption/field-cipher.ts";

type SecretContext = Pick<Context, "keyring" | "ids" | "clock">;

const periodSeconds = 30;

export async function encryptTotpSecret(
  ctx: SecretContext,
  db: Queryable,
  user: Pick<UserRow, "id" | "dataKeyId">,
  secret: Buffer,
): Promise<Buffer> {
  const key = await readDataKey(ctx, db, user.dataKeyId);
  return encryptField(key.bytes, ctx.ids.bytes(12), place(user.id), secret);
}

/**
 * The 30-second step (RFC 6238) whose code this is; undefined if it is of no step near now. One step early or late is
 * let pass, for clocks that are a little off.
 */
export async function matchTotpStep(
  ctx: SecretContext,
  db: Queryable,
  user: Pick<UserRow, "id" | "dataKeyId">,
  code: { secretCiphertext: Buffer; totpCode: string },
): Promise<bigint | undefined> {
  if (!/^[0-9]{6}$/.test(code.totpCode)) return undefined;
  const key = await readDataKey(ctx, db, user.dataKeyId);
  const secret = decryptField(key.bytes, place(user.id), code.secretCiphertext);
  const result = await verify({
    strategy: "totp",
    secret: new Uint8Array(secret),
    token: code.totpCode,
    period: periodSeconds,
    epoch: Math.floor(ctx.clock.now().getTime() / 1_000),
    epochTolerance: periodSeconds,
  });
  return result.valid && "timeStep" in result ? BigInt(result.timeStep) : undefined;
}

function place(userId: string) {
  return { table: "totp_factors", column: "secret_ciphertext", rowId: userId };
}
