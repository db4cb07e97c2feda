import { createHash } from "node:crypto";
import { insertRefreshToken } from "@revio-wallet/db/sql/refresh-tokens";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";

/** The database holds only this, so a copy of it opens no session. */
export function hashRefreshToken(refreshToken: string): Buffer {
  return createHash("sha256").update(refreshToken).digest();
}

/** Gives the session a new token: 256 random bits, shown once. */
export async function issueRefreshToken(
  ctx: Pick<Context, "clock" | "ids">,
  tx: Tx,
  sessionId: string,
): Promise<string> {
  const issuedAt = ctx.clock.now();
  const refreshToken = ctx.ids.bytes(32).toString("base64url");
  await insertRefreshToken(tx, {
    id: ctx.ids.uuid(issuedAt),
    sessionId,
    tokenHash: hashRefreshToken(refreshToken),
    issuedAt,
  });
  return refreshToken;
}
