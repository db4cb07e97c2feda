import { createHash } from "node:crypto";
import type { AccountSumRow, EventSumRow, StatusSumRow } from "@revio-wallet/db/sql/day-figures";
import canonicalize from "canonicalize";
import { invariant } from "../errors.ts";

export interface ChainCut {
  /** Links up to the cut. */
  position: string;
  /** In hex; the hash of the last of them, null if there is none. */
  chainHash: string | null;
}

/** What a day closed with. Every number is text, in minor units where it is money: no reader may round it. */
export interface DayCertificate {
  version: "1";
  businessOn: string;
  timeZone: string;
  /** Of the day before, in hex; null on the first. */
  previousSha256: string | null;
  /** The database transactions whose entries are this day's. */
  fromXid: string;
  boundaryXid: string;
  journal: ChainCut;
  audit: ChainCut;
  /** As of the cut. */
  trialBalance: { currency: string; debitMinor: string; creditMinor: string }[];
  accountTypes: { type: string; currency: string; balanceMinor: string }[];
  houseAccounts: { account: string; balanceMinor: string }[];
  userAccounts: { name: string; currency: string; balanceMinor: string }[];
  openBreaks: { class: string; breaks: string }[];
  /** Of this day. */
  entries: EventSumRow[];
  lateEntries: string;
  transactions: StatusSumRow[];
}

/** What a certificate says of accounts, from the sums by account. */
export function figuresOfAccounts(
  rows: readonly AccountSumRow[],
): Pick<DayCertificate, "trialBalance" | "accountTypes" | "houseAccounts" | "userAccounts"> {
  const debit = new Map<string, bigint>();
  const credit = new Map<string, bigint>();
  const types = new Map<string, bigint>();
  const add = (sums: Map<string, bigint>, key: string, amount: string) =>
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount));
  for (const { type, currency, debitMinor, creditMinor, balanceMinor } of rows) {
    add(debit, currency, debitMinor);
    add(credit, currency, creditMinor);
    add(types, `${currency} ${type}`, balanceMinor);
  }
  return {
    trialBalance: sorted(debit).map(([currency, sum]) => ({
      currency,
      debitMinor: sum.toString(),
      creditMinor: (credit.get(currency) ?? 0n).toString(),
    })),
    accountTypes: sorted(types).map(([key, sum]) => {
      const [currency = "", type = ""] = key.split(" ");
      return { type, currency, balanceMinor: sum.toString() };
    }),
    houseAccounts: rows.flatMap(({ code, balanceMinor }) =>
      code === null ? [] : [{ account: code, balanceMinor }],
    ),
    userAccounts: rows.flatMap(({ code, name, currency, balanceMinor }) =>
      code === null ? [{ name, currency, balanceMinor }] : [],
    ),
  };
}

/** The parts of a certificate that are as of its cut: what came before, and what the day has added. */
export type Figures = Pick<
  DayCertificate,
  "trialBalance" | "accountTypes" | "houseAccounts" | "userAccounts" | "openBreaks"
>;

/** Figures as of a cut, from those as of the cut before it (undefined: from nothing) and what the stretch between has changed. */
export function addFigures(before: Figures | undefined, change: Figures): Figures {
  const { trialBalance, accountTypes, houseAccounts, userAccounts, openBreaks } = change;
  return {
    trialBalance: addRows(before?.trialBalance, trialBalance, ["debitMinor", "creditMinor"]),
    accountTypes: addRows(before?.accountTypes, accountTypes, ["balanceMinor"]),
    houseAccounts: addRows(before?.houseAccounts, houseAccounts, ["balanceMinor"]),
    userAccounts: addRows(before?.userAccounts, userAccounts, ["balanceMinor"]),
    // An account that is empty again stays; a class of breaks without any is left out.
    openBreaks: addRows(before?.openBreaks, openBreaks, ["breaks"]).filter(
      ({ breaks }) => breaks !== "0",
    ),
  };
}

/** Adds up rows that agree in everything but `sums`. */
function addRows<Row extends object>(
  before: unknown,
  change: readonly Row[],
  sums: readonly (keyof Row & string)[],
): Row[] {
  const total = new Map<string, Record<string, unknown>>();
  // A stored certificate is whatever a hand has put there: nonsense adds nothing, and is then found by that.
  const rows: unknown[] = [...(Array.isArray(before) ? (before as unknown[]) : []), ...change];
  for (const each of rows) {
    const row: Record<string, unknown> = { ...Object(each) };
    const rest = Object.entries(row).filter(
      ([name]) => !(sums as readonly string[]).includes(name),
    );
    const key = certificateBytes(Object.fromEntries(rest)).toString();
    const known = total.get(key);
    for (const name of sums) row[name] = (minorOf(known?.[name]) + minorOf(row[name])).toString();
    total.set(key, row);
  }
  return [...total.values()] as Row[];
}

function minorOf(value: unknown): bigint {
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : 0n;
}

function sorted(sums: Map<string, bigint>): [string, bigint][] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The bytes that are hashed and signed: RFC 8785. */
export function certificateBytes(certificate: object): Buffer {
  const text = canonicalize(certificate);
  invariant(text !== undefined, "a certificate has a canonical form");
  return Buffer.from(text);
}

export function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
