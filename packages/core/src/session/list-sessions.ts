import { listOpenSessions, type ListedSessionRow } from "@revio-wallet/db/sql/sessions";
import type { Context } from "../context.ts";
import { requireUser } from "./require-user.ts";

/** The user's open sessions ("your devices"), the last used first. */
export async function listSessions(
  ctx: Context,
): Promise<(ListedSessionRow & { current: boolean })[]> {
  const { id, sessionId } = requireUser(ctx);
  const rows = await listOpenSessions(ctx.pool, id, ctx.clock.now());
  return rows.map((row) => ({ ...row, current: row.id === sessionId }));
}
