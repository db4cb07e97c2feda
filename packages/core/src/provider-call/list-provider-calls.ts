import {
  findProviderCalls,
  type ProviderCallFilter,
  type ProviderCallRow,
} from "@revio-wallet/db/sql/provider-calls";
import type { Context } from "../context.ts";
import { requireOperator } from "../operator/require-operator.ts";
import type { Page } from "../transaction/page-cursor.ts";
import { decodeSequenceCursor, toSequencePage } from "../transaction/sequence-cursor.ts";

/** What a call came to, for people; which codes of the client that is. */
export const callOutcomes = {
  accepted: ["ok"],
  /** Revio did nothing because of it. */
  refused: ["revio_rejected", "revio_authentication"],
  /** It may have taken effect: the object is read before anything else. */
  in_doubt: ["revio_outcome_unknown"],
  /** Nothing was changed, and nothing learned. */
  unanswered: ["revio_unavailable", "revio_rate_limited"],
  /** An answer that breaks the contract; or a request of ours that does. */
  unusable: ["revio_contract_violation", "revio_invalid_request"],
} as const satisfies Record<string, readonly string[]>;

export type CallOutcome = keyof typeof callOutcomes;

export interface ProviderCall extends ProviderCallRow {
  outcome: CallOutcome;
}

/**
 * One page of the requests that were sent to Revio, newest first.
 *
 * @throws DomainError FORBIDDEN, INVALID_INPUT for a cursor that is not ours
 */
export async function listProviderCalls(
  ctx: Pick<Context, "pool" | "actor">,
  input: Omit<ProviderCallFilter, "codes" | "after"> & {
    outcome?: CallOutcome | undefined;
    cursor?: string | undefined;
  },
): Promise<Page<ProviderCall>> {
  await requireOperator(ctx, ctx.pool, "webhooks.view");
  const { outcome, cursor, limit, ...filter } = input;
  const rows = await findProviderCalls(ctx.pool, {
    ...filter,
    codes: outcome && callOutcomes[outcome],
    after: cursor === undefined ? undefined : decodeSequenceCursor(cursor),
    limit: limit + 1,
  });
  const placeOf = ({ calledAt, id }: ProviderCallRow) => ({ at: calledAt, sequence: id });
  return toSequencePage(rows, limit, placeOf, (row) => ({ ...row, outcome: outcomeOf(row.code) }));
}

function outcomeOf(code: string): CallOutcome {
  const known = Object.entries(callOutcomes) as [CallOutcome, readonly string[]][];
  return known.find(([, codes]) => codes.includes(code))?.[0] ?? "unusable";
}
