import { isDecidedBreak } from "@revio-wallet/db/sql/breaks";
import type { Tx } from "@revio-wallet/db/with-transaction";
import type { Context } from "../context.ts";
import { isCurrency } from "../money.ts";
import { openBreak } from "../reconciliation/open-break.ts";
import { resolveBreaks } from "../reconciliation/resolve-breaks.ts";
import type { Effect } from "./effect.ts";
import { breakKindOf, verdictClasses } from "./verdicts.ts";

/** What the news is about, as Revio shows it. */
export interface About {
  noun: "purchase" | "payout" | "payment" | "provider_event";
  id: string;
  status?: string;
  amountMinor?: bigint;
  currency?: string;
}

/**
 * Puts what was parked into the operators' queue, in the database transaction that parked it. The same news again renews
 * the break; what two operators have decided about does not come up again. News that fits ends the breaks that
 * earlier news of the same object opened.
 */
export async function recordVerdict(
  ctx: Context,
  tx: Tx,
  effect: Effect,
  about: About,
): Promise<Effect> {
  const subject = `${about.noun}:${about.id}`;
  if (effect.state !== "parked") {
    if (effect.outcome === "stale") return effect;
    await resolveBreaks(ctx, tx, {
      subject,
      classes: verdictClasses,
      openedBy: "provider_event",
      resolution: "provider_evidence",
    });
    return effect;
  }
  const { outcome, transactionId, atStakeMinor } = effect;
  const kind = breakKindOf(outcome);
  const amountMinor = atStakeMinor ?? about.amountMinor;
  // Revio's words: short ones, whatever it sends.
  const facts = {
    outcome,
    amountMinor: amountMinor?.toString() ?? null,
    currency: about.currency?.slice(0, 8) ?? null,
  };
  if (await isDecidedBreak(tx, { class: kind.class, subject, facts })) return effect;
  const { currency } = about;
  const isCounted = amountMinor !== undefined && amountMinor >= 0n && currency !== undefined;
  await openBreak(ctx, tx, {
    class: kind.class,
    severity: isMoneyLeaving(about) ? "critical" : kind.severity,
    subject,
    transactionId,
    ...(isCounted && isCurrency(currency) ? { atStake: { amountMinor, currency } } : {}),
    // No comparison's: none may end what news of Revio says.
    evidence: { ...facts, status: about.status?.slice(0, 40) ?? null, source: null },
    openedBy: "provider_event",
  });
  return effect;
}

/** A payout that we did not order, under way or done. */
function isMoneyLeaving({ noun, status }: About): boolean {
  return noun === "payout" && (status === "pending" || status === "success");
}
