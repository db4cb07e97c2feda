import { insertRefreshToken } from "@revio-wallet/db/sql/refresh-tokens";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { hashSecretToken, newSecretToken } from "../secret-token.ts";

/** Gives the session a new token. */
export async function issueRefreshToken(
  ctx: Pick<Context, "clock" | "ids">,
  tx: Tx,
  sessionId: string,
): Promise<string> {
  const issuedAt = ctx.clock.now();
  const refreshToken = newSecretToken(ctx);
  await insertRefreshToken(tx, {
    id: ctx.ids.uuid(issuedAt),
    sessionId,
    tokenHash: hashSecretToken(refreshToken),
    issuedAt,
  });
  return refreshToken;
}
