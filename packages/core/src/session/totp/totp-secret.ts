import type { Queryable } from "@revio-wallet/db/pool";
import { generateURI, ScureBase32Plugin, verify } from "otplib";
import type { Context } from "../../context.ts";
import { readDataKey } from "../../encryption/data-key.ts";
import { decryptField, encryptField } from "../../encryption/field-cipher.ts";

type SecretContext = Pick<Context, "keyring" | "ids" | "clock">;

const periodSeconds = 30;

/** Whose secret it is, by the table that holds it. */
export interface TotpHolder {
  table: "totp_factors" | "operator_totp_factors";
  id: string;
  dataKeyId: string;
}

export function userTotp(user: { id: string; dataKeyId: string }): TotpHolder {
  return { table: "totp_factors", id: user.id, dataKeyId: user.dataKeyId };
}

/** As long as the HMAC's output (RFC 4226 §4). */
const secretBytes = 20;

export function newTotpSecret(ctx: Pick<Context, "ids">): Buffer {
  return ctx.ids.bytes(secretBytes);
}

/** As text, and as the URI behind a QR code. */
export function showTotpSecret(shown: { issuer: string; label: string; bytes: Buffer }): {
  secret: string;
  otpauthUri: string;
} {
  const secret = new ScureBase32Plugin().encode(shown.bytes, { padding: false });
  return { secret, otpauthUri: generateURI({ issuer: shown.issuer, label: shown.label, secret }) };
}

export async function encryptTotpSecret(
  ctx: SecretContext,
  db: Queryable,
  holder: TotpHolder,
  secret: Buffer,
): Promise<Buffer> {
  const key = await readDataKey(ctx, db, holder.dataKeyId);
  return encryptField(key.bytes, ctx.ids.bytes(12), place(holder), secret);
}

/**
 * The 30-second step (RFC 6238) whose code this is; undefined if it is of no step near now. One step early or late is
 * let pass, for clocks that are a little off.
 */
export async function matchTotpStep(
  ctx: SecretContext,
  db: Queryable,
  holder: TotpHolder,
  code: { secretCiphertext: Buffer; totpCode: string },
): Promise<bigint | undefined> {
  if (!/^[0-9]{6}$/.test(code.totpCode)) return undefined;
  const key = await readDataKey(ctx, db, holder.dataKeyId);
  const secret = decryptField(key.bytes, place(holder), code.secretCiphertext);
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

function place({ table, id }: TotpHolder) {
  return { table, column: "secret_ciphertext", rowId: id };
}
