import type { Queryable } from "@revio-wallet/db/pool";
import { listCuts, readDayClose } from "@revio-wallet/db/sql/day-closes";
import { sumAccountsUpTo } from "@revio-wallet/db/sql/day-figures";
import { readHouseChart } from "@revio-wallet/db/sql/ledger-accounts";
import { withSnapshot } from "@revio-wallet/db/with-snapshot";
import type { Context } from "../context.ts";
import { dayAfter, startOf } from "../day-close/business-day.ts";
import { addFigures, type Figures, figuresOfAccounts } from "../day-close/day-certificate.ts";
import { requireOperator } from "../operator/require-operator.ts";

/** One line: an account of the house, or all user accounts of one name together. */
export interface TrialBalanceLine {
  /** Null: user accounts together. */
  accountCode: string | null;
  name: string;
  type: "asset" | "liability" | "income" | "expense";
  normalSide: "debit" | "credit";
  currency: string;
  /** In the normal side, minor units. */
  balanceMinor: bigint;
}

export interface TrialBalance {
  asOf: Date;
  lines: TrialBalanceLine[];
  /** Per currency: the balances on either side, which must agree. */
  totals: { currency: string; debitMinor: bigint; creditMinor: bigint }[];
  /** The certificate that it starts from; null: every posting was read. */
  startsFrom: { businessOn: string } | null;
}

/**
 * Every account's balance, counting what was posted up to and including an instant. Starts from the certificate of the last
 * day that was over by then and adds the entries since, so it reads about a day; without a certificate, the whole ledger.
 * Locks nothing.
 *
 * @throws DomainError FORBIDDEN
 */
export async function getTrialBalance(
  ctx: Context,
  input: { asOf?: Date | undefined } = {},
): Promise<TrialBalance> {
  await requireOperator(ctx, ctx.pool, "ledger.view");
  const asOf = input.asOf ?? ctx.clock.now();
  return withSnapshot(ctx.pool, async (db) => {
    const { base, stretches } = await whereToStart(db, asOf);
    const certificate = base === undefined ? undefined : await readDayClose(db, base);
    const since = figuresOfAccounts(await sumAccountsUpTo(db, stretches, asOf));
    const before = certificate?.certificate as Figures | undefined;
    const lines = await toLines(db, addFigures(before, { ...since, openBreaks: [] }));
    const startsFrom = certificate === undefined ? null : { businessOn: certificate.businessOn };
    return { asOf, lines, totals: totalsOf(lines), startsFrom };
  });
}

interface Start {
  /** The last day that was over by the instant. */
  base: string | undefined;
  /** The database transactions behind its cut that may have posted up to the instant. */
  stretches: { fromXid: string; boundaryXid: string | null }[];
}

/**
 * Below a day's cut nothing bears a time after that day. Behind it, what was posted up to the instant stands in the stretch of
 * the day that holds the instant, in stretches with late entries, and in what no day has closed yet.
 */
async function whereToStart(db: Queryable, asOf: Date): Promise<Start> {
  let base: string | undefined;
  let fromXid = "0";
  const stretches: Start["stretches"] = [];
  for (const { businessOn, boundaryXid, hasLateEntries } of await listCuts(db)) {
    if (startOf(dayAfter(businessOn)) <= asOf) {
      base = businessOn;
    } else if (startOf(businessOn) <= asOf || hasLateEntries) {
      stretches.push({ fromXid, boundaryXid });
    }
    fromXid = boundaryXid;
  }
  return { base, stretches: [...stretches, { fromXid, boundaryXid: null }] };
}

/** What user accounts are, by name; as in the migration that opens them. */
const userAccountTypes: Record<string, "asset" | "liability"> = {
  available: "liability",
  pending: "liability",
  receivable: "asset",
};

async function toLines(db: Queryable, figures: Figures): Promise<TrialBalanceLine[]> {
  const sums = new Map(
    figures.houseAccounts.map(({ account, balanceMinor }) => [account, balanceMinor]),
  );
  const house = (await readHouseChart(db)).map(({ code, ...account }) => ({
    accountCode: code,
    ...account,
    balanceMinor: BigInt(sums.get(code) ?? 0),
  }));
  const users = figures.userAccounts.map(({ name, currency, balanceMinor }) => {
    const type = userAccountTypes[name] ?? "liability";
    const normalSide = type === "asset" ? ("debit" as const) : ("credit" as const);
    const sum = BigInt(balanceMinor);
    return { accountCode: null, name, type, normalSide, currency, balanceMinor: sum };
  });
  return [...house, ...users];
}

function totalsOf(lines: readonly TrialBalanceLine[]): TrialBalance["totals"] {
  const totals = new Map<string, { debitMinor: bigint; creditMinor: bigint }>();
  for (const { currency, normalSide, balanceMinor } of lines) {
    const total = totals.get(currency) ?? { debitMinor: 0n, creditMinor: 0n };
    // A balance against its normal side stands on the other one.
    const isDebit = (normalSide === "debit") === balanceMinor >= 0n;
    const amount = balanceMinor >= 0n ? balanceMinor : -balanceMinor;
    if (isDebit) total.debitMinor += amount;
    else total.creditMinor += amount;
    totals.set(currency, total);
  }
  return [...totals].map(([currency, total]) => ({ currency, ...total }));
}
