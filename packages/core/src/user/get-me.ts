import { findTotpFactor } from "@revio-wallet/db/sql/totp-factors";
import { findUser } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { notFound } from "../errors.ts";
import { requireUser } from "../session/require-user.ts";
import { readUserDetails, type UserDetails } from "./user-details.ts";

/** The user who asks. */
export async function getMe(ctx: Context): Promise<UserDetails & { totpEnabled: boolean }> {
  const { id } = requireUser(ctx);
  const row = await findUser(ctx.pool, id);
  if (row === undefined) throw notFound("user");
  const factor = await findTotpFactor(ctx.pool, id);
  const details = await readUserDetails(ctx, ctx.pool, row);
  return { ...details, totpEnabled: factor !== undefined && factor.confirmedAt !== null };
}
