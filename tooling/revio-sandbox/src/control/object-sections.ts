import { type Html, html } from "../checkout/page.ts";
import { displayAmount } from "../money.ts";
import type { PayoutDocument } from "../payout/payout-document.ts";
import type { PurchaseDocument } from "../purchase/purchase-document.ts";
import { isPayable, isRefundable } from "../purchase/purchase-status.ts";
import { findPurchase } from "../purchase/purchase-store.ts";
import type { Sandbox } from "../sandbox.ts";
import { button, state, table, time } from "./control-parts.ts";

const shown = 100;

export function purchaseSection(sandbox: Sandbox): Html {
  const rows = sandbox.store
    .all<{ id: string }>("SELECT id FROM purchases ORDER BY rowid DESC LIMIT ?", shown)
    .map(({ id }) => findPurchase(sandbox, id))
    .filter((purchase) => purchase !== undefined)
    .map(
      (purchase) =>
        html`<tr>
          <td class="when">${time(purchase.created_on * 1000)}</td>
          <td class="text">${purchase.reference}</td>
          <td class="number">
            ${displayAmount(purchase.purchase.total, purchase.purchase.currency)}
          </td>
          <td>${state(purchase.status)}</td>
          <td class="number">
            ${displayAmount(purchase.refundable_amount, purchase.purchase.currency)}
          </td>
          <td class="text">
            <a href="/sandbox/purchases/${purchase.id}"><code>${purchase.id}</code></a>
          </td>
          <td><div class="actions">${purchaseActions(purchase)}</div></td>
        </tr>`,
    );
  return html`<section>
    <h2>Purchases</h2>
    ${table(["Created", "Reference", "#Amount", "Status", "#Refundable", "Id", "Actions"], rows)}
  </section>`;
}

function purchaseActions(purchase: PurchaseDocument): Html[] {
  const base = `/sandbox/purchases/${purchase.id}`;
  const actions: Html[] = [];
  if (isPayable(purchase.status)) {
    actions.push(html`<a href="/p/${purchase.id}/">Checkout</a>`);
    actions.push(
      button("Pay", `${base}/pay`),
      button("Decline", `${base}/pay`, { card: "4000 0000 0000 9995" }),
    );
  }
  if (purchase.status === "expired") actions.push(button("Pay late", `${base}/force-payment`));
  if (purchase.status.startsWith("pending_")) {
    actions.push(
      button("Settle", `${base}/settle`),
      button("Fail", `${base}/settle`, { outcome: "failure" }),
    );
  }
  if (isRefundable(purchase.status) && purchase.refundable_amount > 0) {
    actions.push(button("Refund", `${base}/refund`), button("Charge back", `${base}/chargeback`));
  }
  if (purchase.status === "charged_back") {
    actions.push(button("Reverse chargeback", `${base}/chargeback-reversal`));
  }
  return actions;
}

interface PayoutRow {
  document: string;
  executions: number;
  paid: number;
  pending: number;
  failed: number;
}

export function payoutSection(sandbox: Sandbox): Html {
  const rows = sandbox.store
    .all<PayoutRow>(
      `SELECT payouts.document, payouts.executions,
         count(payment.id) FILTER (WHERE payment.state IN ('paid', 'returned')) AS paid,
         count(payment.id) FILTER (WHERE payment.state = 'pending') AS pending,
         count(payment.id) FILTER (WHERE payment.state = 'failed') AS failed
       FROM payouts LEFT JOIN payout_payments AS payment ON payment.payout_id = payouts.id
       GROUP BY payouts.id ORDER BY payouts.rowid DESC LIMIT ?`,
      shown,
    )
    .map((row) => payoutRow(row, JSON.parse(row.document) as PayoutDocument));
  return html`<section>
    <h2>Payouts</h2>
    ${table(["Created", "Reference", "#Amount", "Bank account", "Status", "#Executed", "#Paid", "Id", "Actions"], rows)}
  </section>`;
}

function payoutRow(row: PayoutRow, payout: PayoutDocument): Html {
  const base = `/sandbox/payouts/${payout.id}`;
  const actions: Html[] = [];
  if (row.pending > 0) {
    actions.push(
      button("Succeed", `${base}/settle`),
      button("Fail", `${base}/settle`, { outcome: "error" }),
    );
  }
  if (row.failed > 0) actions.push(button("Succeed late", `${base}/succeed-late`));
  if (row.paid > 0) actions.push(button("Return by bank", `${base}/return`));
  return html`<tr>
    <td class="when">${time(payout.created_on * 1000)}</td>
    <td class="text">${payout.reference}</td>
    <td class="number">${displayAmount(payout.payment.amount, payout.payment.currency)}</td>
    <td>${payout.client.bank_account}</td>
    <td>${state(payout.status)}</td>
    <td class="number">${row.executions}</td>
    <td class="number">
      ${row.paid > 1 ? html`<span class="state bad">${row.paid} times</span>` : row.paid}
    </td>
    <td class="text">
      <a href="${base}"><code>${payout.id}</code></a>
    </td>
    <td><div class="actions">${actions}</div></td>
  </tr>`;
}
