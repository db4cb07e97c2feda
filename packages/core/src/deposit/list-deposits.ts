import type { Context } from "../context.ts";
import { after, type Page, toPage } from "../transaction/page-cursor.ts";
import { type Deposit, toDeposit } from "./deposit.ts";

/** One page of a user's deposits, newest first, with the checkout of those still to be paid. */
export async function listDeposits(
  ctx: Pick<Context, "reader">,
  input: { userId: string; cursor?: string | undefined; limit: number },
): Promise<Page<Deposit>> {
  const rows = await ctx.reader.transaction.findMany({
    where: { userId: input.userId, kind: "deposit", ...after(input.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: input.limit + 1,
  });
  return toPage(rows, input.limit, toDeposit);
}
