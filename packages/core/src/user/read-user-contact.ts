import type { Queryable } from "@revio-wallet/db/pool";
import { findUser } from "@revio-wallet/db/sql/users";
import type { Context } from "../context.ts";
import { invariant } from "../errors.ts";
import { readUserDetails } from "./user-details.ts";

/** What the payment provider must know of a payer or payee. */
export async function readUserContact(
  ctx: Pick<Context, "keyring" | "ids" | "clock">,
  db: Queryable,
  userId: string,
): Promise<{ email: string; fullName: string }> {
  const row = await findUser(db, userId);
  invariant(row !== undefined, `user ${userId} is missing`);
  const { email, fullName } = await readUserDetails(ctx, db, row);
  return { email, fullName };
}
