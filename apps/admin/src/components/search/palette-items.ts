import { formatMoney } from "@revio-wallet/api-client/money";
import type { OperatorSession } from "../../auth/require-session.ts";
import type { RouterOutputs } from "../../trpc/operator-router.ts";
import { type FoundType, pageOf } from "../links.ts";
import { places } from "../shell/navigation.ts";
import { words } from "../status-badge.tsx";
import type { PaletteAction } from "./palette-actions.ts";

type Found = RouterOutputs["search"]["find"];
type Hit = Found[number]["hits"][number];

/** A row of the palette: leads to a page, does something on this one, or completes the text. */
export interface PaletteItem {
  key: string;
  label: string;
  /** Behind the label, softer. */
  detail?: string;
  chosen: { href: string } | { run: () => void } | { text: string };
}

export interface PaletteGroup {
  label: string;
  items: PaletteItem[];
}

const typeLabels: Record<FoundType, string> = {
  transaction: "Transactions",
  user: "Users",
  journal_entry: "Journal entries",
  ledger_account: "Ledger accounts",
  provider_event: "Webhooks",
  approval: "Approvals",
  break: "Breaks",
  reconciliation_run: "Reconciliation runs",
  job: "Jobs",
  operator: "Operators",
  audit_event: "Audit log",
};

/** Where the whole list is, for types whose list takes what was searched for. */
function viewAll(type: FoundType, { hits }: Found[number]): PaletteItem[] {
  const [hit] = hits;
  if (type !== "transaction" || hit?.matchedBy !== "amount" || hit.amountMinor === null) return [];
  const cents = hit.amountMinor.toString().padStart(3, "0");
  const amount = `${cents.slice(0, -2)}.${cents.slice(-2)}`;
  const href = `/transactions?min=${amount}&max=${amount}`;
  return [{ key: "all transactions", label: "All of this amount", chosen: { href } }];
}

export function foundGroups(found: Found): PaletteGroup[] {
  return found.map((group) => ({
    label: typeLabels[group.type],
    items: [
      ...group.hits.map((hit) => toItem(group.type, hit)),
      ...(group.hasMore ? viewAll(group.type, group) : []),
    ],
  }));
}

function toItem(type: FoundType, hit: Hit): PaletteItem {
  const amount =
    hit.amountMinor === null || hit.currency === null
      ? undefined
      : formatMoney({ amountMinor: hit.amountMinor, currency: hit.currency as "ZAR" });
  const matched = hit.matchedBy === "id" ? undefined : `by ${words(hit.matchedBy).toLowerCase()}`;
  const status = hit.status === null ? undefined : words(hit.status);
  return {
    key: `${type} ${hit.id}`,
    label: type === "approval" ? words(hit.label) : hit.label,
    detail: [amount, status, matched].filter((part) => part !== undefined).join(" · "),
    chosen: { href: pageOf({ type, id: hit.id }) },
  };
}

/** Places whose name holds the text; all of them while there is none. */
export function placeGroup(text: string, { permissions }: OperatorSession): PaletteGroup {
  const wanted = text.toLowerCase();
  const all = [
    ...places.flatMap((group) => group.places),
    { href: "/ledger/trial-balance", label: "Trial balance", needs: "ledger.view" as const },
    { href: "/account", label: "Your account", needs: undefined },
  ];
  const items = all
    .filter(({ needs }) => needs === undefined || permissions.includes(needs))
    .filter(({ label }) => label.toLowerCase().includes(wanted))
    .map(({ href, label }) => ({ key: `go ${href}`, label, chosen: { href } }));
  return { label: "Go to", items };
}

export function actionGroup(text: string, actions: readonly PaletteAction[]): PaletteGroup {
  const wanted = text.toLowerCase();
  const items = actions
    .filter(({ label }) => label.toLowerCase().includes(wanted))
    .map(({ label, run }) => ({ key: `do ${label}`, label, chosen: { run } }));
  return { label: "On this page", items };
}

/** An id or a reference, as it may lie in the clipboard. */
export function looksLikeId(text: string): boolean {
  return /^(\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?|(DEP|WDR|RFD|CHB|ADJ)-[0-9A-Z]{4}(-[0-9A-Z]{4}){2})$/i.test(
    text.trim(),
  );
}
