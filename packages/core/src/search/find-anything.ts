import { findActiveOperatorRole } from "@revio-wallet/db/sql/find-active-operator";
import {
  type HitRow,
  searchApprovals,
  searchAuditEvents,
  searchBreaks,
  searchJobs,
  searchJournalEntries,
  searchLedgerAccounts,
  searchOperators,
  searchProviderEvents,
  searchReconciliationRuns,
  searchTransactionsByAmount,
  searchTransactionsByReference,
  searchTransactionsByUuid,
  searchUserIds,
} from "@revio-wallet/db/sql/search";
import { findListedUsers, type ListedUserRow } from "@revio-wallet/db/sql/user-lists";
import type { Context } from "../context.ts";
import { DomainError } from "../errors.ts";
import { userAccount } from "../ledger/chart-of-accounts.ts";
import { currencies } from "../money.ts";
import { isPermitted, type Permission } from "../operator/permissions.ts";
import { requireOperator } from "../operator/require-operator.ts";
import { findUserByAddress } from "../user/list-users.ts";
import { readMaskedContact } from "../user/masked-contact.ts";
import { parseSearch, type SearchTerms } from "./parse-search.ts";

/** Rows of one type that are shown; one more is looked for, to know whether there are more. */
const perGroup = 4;

type SearchContext = Pick<Context, "pool" | "keyring" | "ids" | "clock" | "log">;

/** What can be found, in the order in which it is shown, and who may find it. */
const searched = {
  transaction: { permission: "transactions.view", find: findTransactions },
  user: { permission: "users.view", find: findUsers },
  journal_entry: {
    permission: "ledger.view",
    find: ({ pool }, { uuid, exact }, limit) =>
      searchJournalEntries(pool, { uuid, key: exact, limit }),
  },
  ledger_account: {
    permission: "ledger.view",
    find: ({ pool }, { uuid, exact, words }, limit) =>
      searchLedgerAccounts(pool, { code: exact, userId: uuid, words, limit }),
  },
  provider_event: {
    permission: "webhooks.view",
    find: ({ pool }, { uuid }, limit) => whenUuid(uuid, searchProviderEvents, pool, limit),
  },
  approval: {
    permission: "approvals.view",
    find: ({ pool }, { uuid }, limit) => whenUuid(uuid, searchApprovals, pool, limit),
  },
  break: {
    permission: "reconciliation.view",
    find: ({ pool }, { uuid, exact, words }, limit) =>
      searchBreaks(pool, { uuid, subjects: subjectsOf(uuid, exact), words, limit }),
  },
  reconciliation_run: {
    permission: "reconciliation.view",
    find: ({ pool }, { uuid }, limit) => whenUuid(uuid, searchReconciliationRuns, pool, limit),
  },
  job: {
    permission: "queues.view",
    find: ({ pool }, { uuid }, limit) => whenUuid(uuid, searchJobs, pool, limit),
  },
  operator: {
    permission: "operators.view",
    find: ({ pool }, { uuid, words }, limit) => searchOperators(pool, { uuid, words, limit }),
  },
  audit_event: {
    permission: "audit.view",
    find: ({ pool }, { uuid, exact }, limit) =>
      searchAuditEvents(pool, { requestId: uuid ?? exact, limit }),
  },
} as const satisfies Record<
  string,
  {
    permission: Permission;
    find: (ctx: SearchContext, terms: SearchTerms, limit: number) => Promise<HitRow[]>;
  }
>;

export type SearchedType = keyof typeof searched;
export const searchedTypes = Object.keys(searched) as [SearchedType, ...SearchedType[]];

export interface SearchGroup {
  type: SearchedType;
  /** At most four. */
  hits: HitRow[];
  hasMore: boolean;
}

/**
 * Whatever a text names, grouped by type: any id in whole, a reference or its beginning, an e-mail address of a user in whole, an
 * amount, the name of an operator, of an account of the house or of a class of breaks. Names of users are encrypted and cannot
 * be searched. Only types that the operator's role may see.
 *
 * @throws DomainError FORBIDDEN
 */
export async function findAnything(ctx: Context, input: { text: string }): Promise<SearchGroup[]> {
  await requireOperator(ctx, ctx.pool, "home.view");
  const role = await findActiveOperatorRole(ctx.pool, ctx.actor.id);
  if (role === undefined) throw new DomainError("FORBIDDEN", "You may not do this.");
  return findPermitted(ctx, input.text, (permission) => isPermitted(role, permission));
}

/** Looks for no type that `may` does not let through. */
export async function findPermitted(
  ctx: SearchContext,
  text: string,
  may: (permission: Permission) => boolean,
): Promise<SearchGroup[]> {
  const terms = parseSearch(text);
  const groups: SearchGroup[] = [];
  for (const type of searchedTypes) {
    const { permission, find } = searched[type];
    if (!may(permission)) continue;
    const hits = await find(ctx, terms, perGroup + 1);
    if (hits.length === 0) continue;
    groups.push({ type, hits: hits.slice(0, perGroup), hasMore: hits.length > perGroup });
  }
  return groups;
}

async function findTransactions(
  { pool }: SearchContext,
  { uuid, reference, amountMinor }: SearchTerms,
  limit: number,
): Promise<HitRow[]> {
  if (uuid !== undefined) return searchTransactionsByUuid(pool, { uuid, limit });
  if (reference !== undefined) {
    return searchTransactionsByReference(pool, { prefix: reference, limit });
  }
  if (amountMinor !== undefined) return searchTransactionsByAmount(pool, { amountMinor, limit });
  return [];
}

async function findUsers(
  ctx: SearchContext,
  { uuid, email }: SearchTerms,
  limit: number,
): Promise<HitRow[]> {
  if (email !== undefined) {
    return (await findUserByAddress(ctx, email)).map((row) => toUserHit(ctx, row, "email"));
  }
  if (uuid === undefined) return [];
  const found = await searchUserIds(ctx.pool, uuid);
  const rows = await findListedUsers(ctx.pool, { ids: found.map(({ id }) => id) });
  return rows
    .map((row) => toUserHit(ctx, row, found.find(({ id }) => id === row.id)?.matchedBy ?? "id"))
    .slice(0, limit);
}

function toUserHit(ctx: SearchContext, row: ListedUserRow, matchedBy: string): HitRow {
  const contact = readMaskedContact(ctx, row);
  const label = contact === null ? row.id : `${contact.fullName} · ${contact.email}`;
  const { id, status, createdAt } = row;
  return { id, label, matchedBy, status, amountMinor: null, currency: null, at: createdAt };
}

const brokenThings = ["purchase", "payout", "transaction", "statement", "journal_entry", "request"];
const userAccountNames = ["available", "pending", "receivable"] as const;

/** What a break can be about, when an id or a code is known, or when it is given in full. */
function subjectsOf(uuid: string | undefined, exact: string): string[] {
  if (uuid === undefined) return [exact, `account:${exact}`];
  const accounts = currencies.flatMap((currency) =>
    userAccountNames.map((name) => `account:${userAccount(uuid, name, currency)}`),
  );
  return [...brokenThings.map((noun) => `${noun}:${uuid}`), ...accounts];
}

async function whenUuid(
  uuid: string | undefined,
  search: (db: Context["pool"], of: { uuid: string; limit: number }) => Promise<HitRow[]>,
  pool: Context["pool"],
  limit: number,
): Promise<HitRow[]> {
  return uuid === undefined ? [] : search(pool, { uuid, limit });
}
