import { printDecimal } from "../money.ts";
import type { PayoutDocument } from "../payout/payout-document.ts";
import type { PaymentDocument, PurchaseDocument } from "../purchase/purchase-document.ts";
import type { Mode, Sandbox } from "../sandbox.ts";

/** One line of a statement file. Revio documents no columns: these names are the sandbox's own. */
export interface StatementLine {
  id: string;
  /** purchase, refund, chargeback, chargeback_reversal, payout, payout_return */
  product: string;
  related_to: string;
  reference: string;
  description: string;
  status: string;
  currency: string;
  amountMinor: bigint;
  feeMinor: bigint;
  isOutgoing: boolean;
  paymentMethod: string;
  email: string;
  createdOn: number;
  updatedOn: number;
  paidOn: number | null;
}

/**
 * Every purchase, refund, chargeback and payout of a mode, oldest first. Purchases and payouts
 * appear from creation on: a statement is the only way to find one whose id was lost. A payout
 * that was paid twice has two lines.
 */
export function collectLines(sandbox: Sandbox, mode: Mode): StatementLine[] {
  const lines = [
    ...documents<PurchaseDocument>(
      sandbox,
      "SELECT document FROM purchases WHERE mode = ?",
      mode,
    ).map(purchaseLine),
    ...paymentLines(sandbox, mode),
  ];
  if (sandbox.settings.current().statementPayoutLines) lines.push(...payoutLines(sandbox, mode));
  return lines.toSorted((left, right) => left.createdOn - right.createdOn);
}

function documents<Document>(sandbox: Sandbox, sql: string, mode: Mode): Document[] {
  return sandbox.store
    .all<{ document: string }>(`${sql} ORDER BY rowid`, mode)
    .map((row) => JSON.parse(row.document) as Document);
}

function purchaseLine(purchase: PurchaseDocument): StatementLine {
  return {
    id: purchase.id,
    product: "purchase",
    related_to: "",
    reference: purchase.reference,
    description: purchase.purchase.products[0]?.name ?? "",
    status: purchase.status,
    currency: purchase.purchase.currency,
    amountMinor: BigInt(purchase.payment?.amount ?? purchase.purchase.total),
    feeMinor: BigInt(purchase.payment?.fee_amount ?? 0),
    isOutgoing: false,
    paymentMethod: purchase.transaction_data.payment_method,
    email: purchase.client.email,
    createdOn: purchase.created_on,
    updatedOn: purchase.updated_on,
    paidOn: purchase.payment?.paid_on ?? null,
  };
}

function paymentLines(sandbox: Sandbox, mode: Mode): StatementLine[] {
  const rows = sandbox.store.all<{ kind: string; document: string }>(
    "SELECT kind, document FROM payments WHERE mode = ? ORDER BY rowid",
    mode,
  );
  return rows.map(({ kind, document }) => {
    const payment = JSON.parse(document) as PaymentDocument;
    return {
      id: payment.id,
      product: kind,
      related_to: payment.related_to.id,
      reference: payment.related_to.reference,
      description: payment.payment.description,
      status: payment.status,
      currency: payment.payment.currency,
      amountMinor: BigInt(payment.payment.amount),
      feeMinor: 0n,
      isOutgoing: payment.payment.is_outgoing,
      paymentMethod: "",
      email: payment.client.email,
      createdOn: payment.created_on,
      updatedOn: payment.updated_on,
      paidOn: payment.payment.paid_on,
    };
  });
}

interface MovementRow {
  object_id: string;
  payment_id: string;
  kind: string;
  fee_minor: number;
  at_ms: number;
}

function payoutLines(sandbox: Sandbox, mode: Mode): StatementLine[] {
  const movements = sandbox.store.all<MovementRow>(
    "SELECT object_id, payment_id, kind, fee_minor, at_ms FROM movements WHERE mode = ? AND kind IN ('payout', 'payout_return') ORDER BY seq",
    mode,
  );
  const byPayout = new Map<string, MovementRow[]>();
  for (const movement of movements) {
    byPayout.set(movement.object_id, [...(byPayout.get(movement.object_id) ?? []), movement]);
  }
  return documents<PayoutDocument>(
    sandbox,
    "SELECT document FROM payouts WHERE mode = ?",
    mode,
  ).flatMap((payout) => {
    const open = payoutLine(payout);
    const moved = (byPayout.get(payout.id) ?? []).map((movement, position) => ({
      ...open,
      id: position === 0 ? payout.id : movement.payment_id,
      product: movement.kind,
      related_to: position === 0 ? "" : payout.id,
      status: "success",
      feeMinor: BigInt(movement.fee_minor),
      isOutgoing: movement.kind === "payout",
      createdOn: position === 0 ? open.createdOn : Math.floor(movement.at_ms / 1000),
      paidOn: Math.floor(movement.at_ms / 1000),
    }));
    return moved.length > 0 ? moved : [open];
  });
}

function payoutLine(payout: PayoutDocument): StatementLine {
  return {
    id: payout.id,
    product: "payout",
    related_to: "",
    reference: payout.reference,
    description: payout.payment.description,
    status: payout.status,
    currency: payout.payment.currency,
    amountMinor: BigInt(payout.payment.amount),
    feeMinor: 0n,
    isOutgoing: true,
    paymentMethod: payout.transaction_data.payment_method,
    email: payout.client.email,
    createdOn: payout.created_on,
    updatedOn: payout.updated_on,
    paidOn: payout.payment.paid_on,
  };
}

/** Filters of the POST's query string. `from` is inclusive, `to` exclusive; times are Unix seconds or ISO 8601. */
export function filterLines(
  lines: StatementLine[],
  query: URLSearchParams,
  brandId: string,
): StatementLine[] {
  const within = (value: number | null, from: string, to: string): boolean => {
    const start = instant(query.get(from));
    const end = instant(query.get(to));
    if (start === undefined && end === undefined) return true;
    return value !== null && value >= (start ?? 0) && value < (end ?? Number.POSITIVE_INFINITY);
  };
  const among = (name: string, value: string): boolean => {
    const wanted = query.getAll(name).flatMap((item) => item.split(","));
    return wanted.length === 0 || wanted.includes(value);
  };
  const search = query.get("q")?.toLowerCase() ?? "";
  const [least, most] = (query.get("total") ?? "").replaceAll(/[()\s]/g, "").split(",");
  return lines.filter(
    (line) =>
      within(line.createdOn, "from", "to") &&
      within(line.paidOn, "paid_from", "paid_to") &&
      within(line.updatedOn, "updated_from", "updated_to") &&
      among("brand_id", brandId) &&
      among("currency", line.currency) &&
      among("status", line.status) &&
      among("product", line.product) &&
      among("payment_method", line.paymentMethod) &&
      (!least || line.amountMinor >= BigInt(least)) &&
      (!most || line.amountMinor <= BigInt(most)) &&
      [line.id, line.related_to, line.reference, line.description, line.email].some((text) =>
        text.toLowerCase().includes(search),
      ),
  );
}

function instant(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed / 1000;
}

const columns: Record<string, (line: StatementLine, print: (seconds: number) => string) => string> =
  {
    id: (line) => line.id,
    product: (line) => line.product,
    related_to: (line) => line.related_to,
    reference: (line) => line.reference,
    description: (line) => line.description,
    status: (line) => line.status,
    currency: (line) => line.currency,
    amount: (line) => printDecimal(line.amountMinor, 2),
    fee: (line) => printDecimal(line.feeMinor, 2),
    is_outgoing: (line) => (line.isOutgoing ? "True" : "False"),
    payment_method: (line) => line.paymentMethod,
    client_email: (line) => line.email,
    created_on: (line, print) => print(line.createdOn),
    updated_on: (line, print) => print(line.updatedOn),
    paid_on: (line, print) => (line.paidOn === null ? "" : print(line.paidOn)),
  };

/** CSV in UTF-8 with a header row and CRLF. Amounts are decimals in major units; times are in `timezone`. */
export function printCsv(lines: StatementLine[], timezone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const print = (seconds: number): string => format.format(seconds * 1000);
  const rows = lines.map((line) =>
    Object.values(columns)
      .map((read) => cell(read(line, print)))
      .join(","),
  );
  return [Object.keys(columns).join(","), ...rows].map((row) => `${row}\r\n`).join("");
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
